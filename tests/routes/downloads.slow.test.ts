import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadStatusSchema } from '#lib/web/downloads/downloads-view.ts';
import { type RunningApp, startApp } from '../fixtures/app/built-app.ts';
import { sendRaw } from '../fixtures/app/raw-request.ts';
import { downloadShelf } from '../fixtures/openai-videos/download-shelf.ts';

const TOKEN = 'the-admin-token-of-this-test';
const OWN = { authorization: `Bearer ${TOKEN}` };

describe('the downloads of a running app', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp({ env: { REELKEEP_ADMIN_TOKEN: TOKEN }, sandbox: { taskDurationMs: 1 } });
    await downloadShelf(app, { finished: 1 });
  }, 300_000);
  afterAll(() => app?.stop());

  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    sendRaw(app.url, `/api/downloads/${path}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      body: JSON.stringify(body),
    });

  it('are shown to everybody, the words of a service only to who may retry', async () => {
    const shown = downloadStatusSchema.parse((await sendRaw(app.url, '/api/downloads/status')).json());
    expect(shown).toMatchObject({ pending: 3, expiring: 2, summary: { completed: 1, failed: 1, expired: 1 } });
    expect(shown.expiringDownloads.map(({ notionPageId }) => notionPageId)).toEqual(['soon-2', 'soon-1']);
    expect(JSON.stringify(shown)).not.toContain('It was refused');
    const own = (await sendRaw(app.url, '/api/downloads/status', { headers: OWN })).json();
    expect(JSON.stringify(own)).toContain('It was refused');
    const one = await post('status', { notionPageId: 'broken' });
    expect([one.status, one.json().error]).toEqual([200, 'The download failed.']);
    expect((await post('status', { notionPageId: 'none' })).status).toBe(404);
  });

  it('are retried for who may spend, and else refused', async () => {
    expect([401, 403]).toContain((await post('retry', { notionPageId: 'broken' })).status);
    expect((await post('retry', { notionPageId: 'broken' }, { ...OWN, origin: 'https://evil.example' })).status).toBe(
      403,
    );
    for (const [notionPageId, status, error] of [
      ['none', 404, 'Download job not found'],
      ['page-1', 409, 'Cannot retry download with status: completed'],
      ['over', 410, 'Cannot retry download with status: expired'],
    ] as const) {
      const refused = await post('retry', { notionPageId }, OWN);
      expect([refused.status, refused.json()]).toEqual([status, { error }]);
    }
    const retried = await post('retry', { notionPageId: 'broken' }, OWN);
    expect([retried.status, retried.json()]).toEqual([200, { success: true, message: 'Download retry initiated' }]);
  });

  it('are served whole, in part, and not again to who has them', async () => {
    const { downloads } = downloadStatusSchema.parse((await sendRaw(app.url, '/api/downloads/status')).json());
    const saved = downloads.find(({ status }) => status === 'completed');
    for (const { url, fileSize, mimeType } of saved?.downloadedAssets ?? []) {
      const whole = await sendRaw(app.url, url);
      expect([whole.status, whole.headers['content-type'], whole.body.length]).toEqual([200, mimeType, fileSize]);
      const head = await sendRaw(app.url, url, { method: 'HEAD' });
      expect([head.status, head.headers['content-length']]).toEqual([200, String(fileSize)]);
      const part = await sendRaw(app.url, url, { headers: { range: 'bytes=2-9' } });
      expect([part.status, part.body]).toEqual([206, whole.body.subarray(2, 10)]);
      const again = await sendRaw(app.url, url, { headers: { 'if-none-match': String(whole.headers.etag) } });
      expect(again.status).toBe(304);
      expect((await sendRaw(app.url, url, { method: 'POST', headers: OWN })).status).toBe(405);
    }
    const { index = '', sheet = '' } = saved?.pictures?.sprites ?? {};
    expect((await sendRaw(app.url, index)).headers['content-type']).toContain('text/vtt');
    expect((await sendRaw(app.url, sheet)).headers['content-type']).toBe('image/jpeg');
    const missing = await sendRaw(app.url, '/generated-videos/BATCH_1/none.mp4');
    expect([missing.status, missing.headers['cache-control']]).toEqual([404, 'no-store']);
  });
});
