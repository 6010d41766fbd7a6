import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ZodType } from 'zod';
import { PROBLEMS } from '#lib/web/http/problem.ts';
import {
  countsSchema,
  healthSchema,
  problemSchema,
  snapshotSchema,
  spendViewSchema,
  videoViewSchema,
} from '#lib/web/server/api-schema.ts';
import { startApp } from '../fixtures/app/built-app.ts';
import { EventReader } from '../fixtures/app/event-reader.ts';
import { sendRaw } from '../fixtures/app/raw-request.ts';

const KEY = 'eiffel-tower/1900';
const VIDEO = `/api/videos/${KEY}`;
const PATIENCE_MS = 300_000;

const { paths: PATHS }: { paths: Record<string, Record<string, { responses?: object }>> } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../docs/openapi.json'), 'utf8'),
);
/** Everything that can be asked for with GET. */
const READ_PATHS = Object.entries(PATHS)
  .filter(([, item]) => item.get)
  .map(([path]) => path.replace('{spot}/{era}', KEY).replace('{file}', 'eiffel-tower-1900.mp4'))
  .map((path) => path.replace('{channelId}/{videoId}/{kind}', 'museum/harbour/film'));

async function running(options: Parameters<typeof startApp>[0] = {}) {
  const app = await startApp(options);
  onTestFinished(() => app.stop());
  const order = (body = '{}') =>
    sendRaw(app.url, VIDEO, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const records = () => JSON.parse(readFileSync(join(app.folder, 'records.json'), 'utf8'));
  return { app, order, records };
}

describe('an order', () => {
  it('is taken on at once, seen by every page, and ends in a file that plays', { timeout: PATIENCE_MS }, async () => {
    // It waits for two seconds of them: long enough to be seen on a busy machine, too.
    const { app, order } = await running({ sandbox: { taskDurationMs: 8000 } });
    app.sandbox.script({ fault: 'slow', bytesPerSecond: 60_000, times: 'always' });
    const [one, two] = [new EventReader(app.url), new EventReader(app.url)];
    await Promise.all([one, two].map((page) => page.find(({ event }) => event === 'snapshot')));
    const taken = await order('{"durationSeconds":5}');
    expect(taken.status).toBe(202);
    expect(videoViewSchema.parse(taken.json())).toMatchObject({ key: KEY, state: 'generating' });
    const [ready] = await Promise.all([one.reached(KEY, 'ready'), two.reached(KEY, 'ready')]);

    const { src, sha256, sizeBytes } = videoViewSchema.parse(ready.data);
    const played = await sendRaw(app.url, src ?? '');
    expect([played.status, played.body.byteLength, played.headers.etag]).toEqual([200, sizeBytes, `"${sha256}"`]);

    // Two pages that came at the same time were told the same, each event once and in order.
    const told = (page: EventReader) => page.events.slice(1);
    const common = Math.min(told(one).length, told(two).length);
    expect(told(one).slice(0, common)).toEqual(told(two).slice(0, common));
    const numbers = told(one).map(({ id }) => Number(id.split('.')[1]));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    const schemas = new Map<string, ZodType>([
      ['spend', spendViewSchema],
      ['counts', countsSchema],
      ['video', videoViewSchema],
    ]);
    for (const { event, data } of told(one)) expect(schemas.get(event)?.safeParse(data).success).toBe(true);
    snapshotSchema.parse(one.events[0]?.data);
    const stages = told(one).map(({ data }) => (data.live as { stage?: string } | undefined)?.stage);
    expect(stages).toEqual(expect.arrayContaining(['queued', 'generating', 'downloading']));
    expect(app.sandbox.counts().accepted).toBe(1);
  });

  it('goes on in pages that lose their connection', { timeout: PATIENCE_MS }, async () => {
    const { app, order } = await running();
    const page = new EventReader(app.url);
    await page.find(({ event }) => event === 'snapshot');
    await order();
    const seen = await page.reached(KEY, 'generating');
    page.close();
    const again = new EventReader(app.url, seen.id);
    const ready = await again.reached(KEY, 'ready');
    expect(again.events.some(({ event }) => event === 'snapshot')).toBe(false);
    expect(Number(again.events[0]?.id.split('.')[1])).toBe(Number(seen.id.split('.')[1]) + 1);
    // One that missed nothing hears at once that the connection stands.
    const upToDate = new EventReader(app.url, ready.id);
    await vi.waitFor(() => expect(upToDate.beats).toBe(1), 5000);
    const stranger = new EventReader(app.url, 'elsewhere.7');
    expect((await stranger.find(() => true)).event).toBe('snapshot');
  });

  it('sees what another process does', { timeout: PATIENCE_MS }, async () => {
    const { app } = await running();
    const other = await running({ env: { WANX_PROJECT_ROOT: app.folder } });
    const page = new EventReader(app.url);
    await page.find(({ event }) => event === 'snapshot');
    expect((await other.order()).status).toBe(202);
    expect((await page.reached(KEY, 'ready')).data).toMatchObject({ src: expect.stringContaining('/videos/') });
  });

  it('survives a server that is killed, and is not bought again', { timeout: PATIENCE_MS }, async () => {
    const { app, order, records } = await running({ sandbox: { taskDurationMs: 2500 } });
    const page = new EventReader(app.url);
    await order();
    await page.find(({ data }) => data.submittedAt !== undefined);
    await app.restart();
    expect(page.isOver).toBe(true);
    await new EventReader(app.url).find(({ event, data }) => event === 'video' && data.state === 'ready');
    expect(records()).toMatchObject([{ status: 'ready' }]);
    expect(app.sandbox.counts().accepted).toBe(1);
  });

  // SIGHUP: the terminal that it was started from is closed.
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'is let go of cleanly at %s',
    { timeout: PATIENCE_MS },
    async (signal) => {
      const { app, order, records } = await running({ sandbox: { taskDurationMs: 60_000 } });
      const page = new EventReader(app.url);
      await order();
      await page.find(({ data }) => data.submittedAt !== undefined);
      expect(await app.terminate(signal)).toBe(0);
      expect(page.isOver).toBe(true);
      expect(records()).toMatchObject([{ status: 'generating', taskId: expect.any(String) }]);
      expect(records()[0].lease).toBeUndefined();
      expect(app.log()).toContain('it can be resumed');
    },
  );

  it('is cancelled, deleted and made again', { timeout: PATIENCE_MS }, async () => {
    const { app, order, records } = await running();
    const change = (path: string) => sendRaw(app.url, path, { method: 'DELETE' });
    const page = new EventReader(app.url);
    app.sandbox.script({ fault: 'never-finishes' });
    await order();
    await expect.poll(() => app.sandbox.tasks()[0]?.status).toBe('RUNNING');
    await page.find(({ data }) => data.submittedAt !== undefined);
    expect((await change(VIDEO)).json()).toMatchObject({ state: 'canceled' });
    // The task runs already, so it may be billed: the provider may be asked once more.
    expect((await change(VIDEO)).json()).toMatchObject({ state: 'canceled' });
    app.sandbox.letFinish('');
    await order();
    await page.reached(KEY, 'ready');
    expect((await order()).status).toBe(200);
    expect((await change(`${VIDEO}?file=1`)).json()).toMatchObject({ state: 'none' });
    expect(existsSync(join(app.folder, 'videos/eiffel-tower-1900.mp4'))).toBe(false);
    expect(records()).toHaveLength(1);
    expect((await change(`${VIDEO}?file=1`)).status).toBe(404);
  });
});

describe('a video outside the catalogue', () => {
  it('is looked at, cancelled and deleted, but not ordered', { timeout: PATIENCE_MS }, async () => {
    const { app, order, records } = await running();
    app.sandbox.script({ fault: 'never-finishes' });
    await order();
    await expect.poll(() => records()[0]?.taskId).toBeDefined();
    await app.kill();
    const file = join(app.folder, 'videos/my-place-now.mp4');
    writeFileSync(file, 'film');
    const made = { status: 'ready', localPath: 'videos/my-place-now.mp4', sizeBytes: 4 };
    const place = { spotId: 'my-place', prompt: 'Mine.', createdAt: new Date().toISOString() };
    const own = [
      { ...records()[0], spotId: 'my-place', eraId: 'then' },
      { ...place, ...made, eraId: 'now' },
    ];
    writeFileSync(join(app.folder, 'records.json'), JSON.stringify(own));
    await app.restart();

    const [then, now] = ['/api/videos/my-place/then', '/api/videos/my-place/now'];
    const ask = async (path: string, method = 'GET') => {
      const headers = method === 'POST' ? { 'content-type': 'application/json' } : {};
      const answer = await sendRaw(app.url, path, { method, headers, ...(method === 'POST' && { body: '{}' }) });
      return [answer.status, answer.status === 200 ? videoViewSchema.parse(answer.json()).state : answer.json().code];
    };
    expect(await ask(then)).toEqual([200, 'generating']);
    expect(await ask(then, 'POST')).toEqual([404, 'not-found']);
    expect(await ask(`${then}/prompt`)).toEqual([404, 'not-found']);
    expect(await ask(then, 'DELETE')).toEqual([200, 'canceled']);
    expect(await ask(now)).toEqual([200, 'ready']);
    expect(await ask(`${now}?file=1`, 'DELETE')).toEqual([200, 'none']);
    expect(existsSync(file)).toBe(false);
    expect(await ask('/api/videos/my-place/never', 'DELETE')).toEqual([404, 'not-found']);
  });
});

describe('every answer', () => {
  it('is as the description has it, and leaks nothing', { timeout: PATIENCE_MS }, async () => {
    const { app } = await running({ env: { WANX_BUDGET_USD: '0' } });
    const post = (body: string, path = VIDEO) => ({ path, method: 'POST', body, type: 'application/json' });
    const calls: Array<[number, { path: string; method?: string; body?: string; type?: string }]> = [
      [200, { path: '/api/videos' }],
      [200, { path: VIDEO }],
      [200, { path: '/api/health' }],
      [404, { path: '/api/videos/eifel-tower/1900' }],
      [404, { path: '/api/videos/eiffel-tower/1066' }],
      [404, { path: '/api/videos/..%2f..%2f/1900' }],
      [404, { path: '/api/nothing' }],
      [405, { path: '/api/videos', method: 'PUT', type: 'application/json' }],
      [405, { path: '/videos/eiffel-tower-1900.mp4', method: 'POST', type: 'application/json' }],
      [400, post('{"resolution":"8K"}')],
      [400, post('{"model":"wan9"}')],
      [400, post('{"durationSeconds":600}')],
      [400, post('not json')],
      [413, post(JSON.stringify({ negativePrompt: 'x'.repeat(200_000) }))],
      [402, post('{}')],
      [404, post('{}', '/api/videos/nowhere/never')],
      [404, { path: VIDEO, method: 'DELETE' }],
      [404, { path: `${VIDEO}?file=1`, method: 'DELETE' }],
      [400, { path: `${VIDEO}?file=true`, method: 'DELETE' }],
      [400, { path: `${VIDEO}?file=0`, method: 'DELETE' }],
      [400, { path: `${VIDEO}?file=`, method: 'DELETE' }],
      [400, { path: `${VIDEO}?file=0&file=1`, method: 'DELETE' }],
      [400, { path: `${VIDEO}?fiel=1`, method: 'DELETE' }],
      [404, { path: '/videos/eiffel-tower-1900.mp4' }],
    ];
    for (const [status, { path, method = 'GET', body, type }] of calls) {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      const answer = await sendRaw(app.url, path, { method, headers, ...(body !== undefined && { body }) });
      expect(`${method} ${path} ${answer.status}`).toBe(`${method} ${path} ${status}`);
      expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-request-id': expect.any(String) });
      expect(String(answer.body)).not.toContain(app.folder);
      if (status < 400) continue;
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(problemSchema.parse(answer.json()).status).toBe(status);
      if (path !== '/api/nothing' && status !== 405) expect(documented(method, path)).toContain(String(status));
    }
    const refusal = async ({ path, ...order }: ReturnType<typeof post>) => {
      const answer = await sendRaw(app.url, path, { ...order, headers: { 'content-type': order.type } });
      return problemSchema.parse(answer.json()).detail;
    };
    expect(await refusal(post('{"durationSeconds":600}'))).toContain('durationSeconds 600 is not supported');
    expect(await refusal(post('{}'))).toContain('Raise the budget');
    const unknownModel = await sendRaw(app.url, `${VIDEO}/prompt?model=wan9`);
    expect(problemSchema.parse(unknownModel.json()).detail).toContain('Unknown model "wan9"');
    snapshotSchema.parse((await sendRaw(app.url, '/api/videos')).json());
    expect(healthSchema.parse((await sendRaw(app.url, '/api/health')).json())).toMatchObject({
      status: 'ok',
      sandbox: true,
    });
    expect(app.sandbox.submissions()).toEqual([]);
  });

  it('of a server with broken records says so without their path', { timeout: PATIENCE_MS }, async () => {
    const { app } = await running({ env: { WANX_METADATA_PATH: 'videos' } });
    // Downloads, scraped videos and the media library have records of their own.
    const others = /^\/(api\/downloads|generated-videos|api\/storage|scraped|api\/media|media)(\/|$)/;
    for (const path of READ_PATHS.filter((path) => !others.test(path))) {
      const answer = await sendRaw(app.url, path);
      const expected = path === '/api/health' ? 503 : 500;
      expect(`${path} ${answer.status}`).toBe(`${path} ${expected}`);
      expect(documented('GET', path)).toContain(String(expected));
      expect(String(answer.body)).not.toContain(app.folder);
      if (expected === 500) expect(problemSchema.parse(answer.json()).code).toBe('disk');
      else expect(healthSchema.parse(answer.json()).store.readable).toBe(false);
    }
  });

  it('of a server with a wrong setting says so, and its log names it', { timeout: PATIENCE_MS }, async () => {
    const { app } = await running({ env: { WANX_BUDGET_USD: 'plenty' } });
    for (const path of READ_PATHS) {
      const answer = await sendRaw(app.url, path);
      expect(`${path} ${answer.status}`).toBe(`${path} 503`);
      expect(documented('GET', path), path).toContain('503');
      expect(String(answer.body)).not.toContain('WANX_BUDGET_USD');
      if (path !== '/api/health') expect(problemSchema.parse(answer.json()).code).toBe('config');
    }
    await expect.poll(() => app.log()).toContain('WANX_BUDGET_USD');
    const { app: other } = await running({ env: { WANX_MODEL: 'wan9' } });
    expect((await sendRaw(other.url, `${VIDEO}/prompt`)).status).toBe(503);
  });

  it('to a path that cannot be decoded is a problem, too', { timeout: PATIENCE_MS }, async () => {
    const { app } = await running();
    const paths = READ_PATHS.filter((path) => path.includes('eiffel-tower'));
    expect(paths).toHaveLength(5);
    for (const path of paths) {
      const answer = await sendRaw(app.url, path.replace('eiffel-tower', '%ff'));
      expect([path, answer.status, problemSchema.parse(answer.json()).code]).toEqual([path, 400, 'invalid-input']);
      expect(documented('GET', path)).toContain('400');
    }
  });

  it('of a server whose records break says so to whoever is there, and to the log once', {
    timeout: PATIENCE_MS,
  }, async () => {
    const { app } = await running();
    const page = new EventReader(app.url);
    await page.find(({ event }) => event === 'snapshot');
    const file = join(app.folder, 'records.json');
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, '{ broken');
    await vi.waitFor(() => expect(page.isOver).toBe(true), 10_000);
    for (let poll = 0; poll < 3; poll += 1) expect((await sendRaw(app.url, '/api/videos')).status).toBe(500);
    const complaints = (what: string) =>
      app
        .log()
        .split('\n')
        .filter((line) => line.includes(`"msg":"${what}"`)).length;
    expect([complaints('could not read the records'), complaints('request failed')]).toEqual([1, 1]);
    writeFileSync(file, whole);
    await new EventReader(app.url).find(({ event }) => event === 'snapshot');
  });

  it('that is a page of a server with broken records is a page of ours all the same', {
    timeout: PATIENCE_MS,
  }, async () => {
    const { app } = await running({ env: { WANX_METADATA_PATH: 'videos' } });
    for (const path of ['/', '/spots/eiffel-tower/1900', '/downloads']) {
      const { status, headers, body } = await sendRaw(app.url, path, { headers: { accept: 'text/html' } });
      const text = String(body);
      expect(status).toBe(500);
      expect(text).toContain(PROBLEMS.disk.title);
      expect(text).not.toContain(app.folder);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none';.*; style-src 'self'$/);
      const [, style = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(text) ?? [];
      const sheet = await sendRaw(app.url, style);
      expect([sheet.status, sheet.headers['content-type']]).toEqual([200, 'text/css']);
      expect(String(sheet.body)).toContain('light-dark(');
    }
  });

  it('that is a page has a policy against foreign content', { timeout: PATIENCE_MS }, async () => {
    const { app } = await running();
    const { headers } = await sendRaw(app.url, '/', { headers: { accept: 'text/html' } });
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).toMatch(/script-src 'self' 'nonce-/);
    expect(policy).toMatch(/media-src 'self'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/);
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'referrer-policy': 'same-origin' });
  });
});

/** The statuses that docs/openapi.json has for a call. */
function documented(method: string, path: string): string[] {
  const [pathname = ''] = path.split('?');
  const isOf = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname);
  // The path itself goes before one with a parameter in its place, as in the router.
  const template = [pathname, ...Object.keys(PATHS).filter(isOf)].find((one) => one in PATHS) ?? '';
  return Object.keys(PATHS[template]?.[method.toLowerCase()]?.responses ?? {});
}
