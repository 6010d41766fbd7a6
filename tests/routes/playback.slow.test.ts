import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from '../fixtures/app/built-app.ts';
import { startDevServer } from '../fixtures/app/dev-server.ts';
import { type RawRequest, sendRaw } from '../fixtures/app/raw-request.ts';
import { videoRecord } from '../fixtures/records/video-shelf.ts';

const NAME = 'eiffel-tower-1900.mp4';
const BYTES = Buffer.from(Uint8Array.from({ length: 3_000_001 }, (_, index) => (index * 7 + (index >> 8)) & 0xff));
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const ETAG = `"${SHA256}"`;

const FILES = [NAME, `${NAME}.part`, `${NAME}.part.json`, 'colosseum-today.mp4', 'orphan-file.mp4'];
const RECORDS = [
  videoRecord({ status: 'ready', localPath: `videos/${NAME}`, sizeBytes: BYTES.byteLength, sha256: SHA256 }),
  videoRecord({
    status: 'failed',
    error: 'x',
    spotId: 'colosseum',
    eraId: 'today',
    localPath: 'videos/colosseum-today.mp4',
  }),
];

// A redirect to the tidy path is fine as long as it leads nowhere either.
const REFUSALS = [400, 404, 308];

describe.each([
  { server: 'the built server', start: startApp, refusals: REFUSALS },
  // Vite itself, before the app is asked, fails at a path that cannot be decoded.
  { server: 'the dev server', start: startDevServer, refusals: [...REFUSALS, 500] },
])('$server', ({ start, refusals }) => {
  let app: Pick<RunningApp, 'url' | 'folder' | 'pid' | 'stop'>;

  beforeAll(async () => {
    app = await start({ records: RECORDS });
    for (const name of FILES) writeFileSync(join(app.folder, 'videos', name), BYTES);
  }, 300_000);
  afterAll(() => app.stop());

  const play = (headers: Record<string, string> = {}, options: RawRequest = {}, query = '') =>
    sendRaw(app.url, `/videos/${NAME}${query}`, { ...options, headers });

  describe('a finished capture, on the wire', () => {
    it('comes whole, with its type and its tag', async () => {
      const { status, headers, body } = await play();
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-type': 'video/mp4',
        'content-length': '3000001',
        'accept-ranges': 'bytes',
        'x-content-type-options': 'nosniff',
        'cache-control': 'public, no-cache',
        etag: ETAG,
      });
      expect(body.equals(BYTES)).toBe(true);
    });

    it.each<[string, number, number]>([
      ['bytes=0-1', 0, 1],
      ['bytes=0-', 0, 3_000_000],
      ['bytes=1000000-1500000', 1_000_000, 1_500_000],
      ['bytes=-500', 2_999_501, 3_000_000],
      ['bytes=2999999-9999999', 2_999_999, 3_000_000],
    ])('comes in part for %s', async (range, start, end) => {
      const { status, headers, body } = await play({ range });
      expect([status, headers['content-range']]).toEqual([206, `bytes ${start}-${end}/3000001`]);
      expect(headers['content-length']).toBe(String(end - start + 1));
      expect(body.equals(BYTES.subarray(start, end + 1))).toBe(true);
    });

    it.each(['bytes=3000001-', 'bytes=-0'])('says 416 for %s', async (range) => {
      const { status, headers } = await play({ range });
      expect([status, headers['content-range']]).toEqual([416, 'bytes */3000001']);
    });

    it.each(['bytes=0-1,5-9', 'bytes=9-5', 'items=0-1'])('comes whole for %s', async (range) => {
      expect(await play({ range })).toMatchObject({ status: 200, headers: { 'content-length': '3000001' } });
    });

    it('answers HEAD without a body', async () => {
      const { status, headers, body } = await play({ range: 'bytes=0-1' }, { method: 'HEAD' });
      expect([status, headers['content-length'], headers.etag, body.byteLength]).toEqual([200, '3000001', ETAG, 0]);
    });

    it('is not sent again to who has it', async () => {
      for (const method of ['GET', 'HEAD']) {
        const { status, headers, body } = await play({ 'if-none-match': `"x", ${ETAG}` }, { method });
        expect([status, headers.etag, body.byteLength]).toEqual([304, ETAG, 0]);
      }
    });

    it('is continued only for the same bytes', async () => {
      expect((await play({ range: 'bytes=5-9', 'if-range': ETAG })).status).toBe(206);
      expect((await play({ range: 'bytes=5-9', 'if-range': '"other"' })).status).toBe(200);
    });

    it('may be kept for ever under its hash', async () => {
      const { headers } = await play({}, {}, `?v=${SHA256.slice(0, 16)}`);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    });

    it('cannot be changed', async () => {
      for (const method of ['POST', 'PUT', 'DELETE']) {
        const { status, headers } = await play({ 'content-type': 'application/json' }, { method });
        expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
      }
    });

    it('leaves no open file behind when players leave', async () => {
      const pid = app.pid();
      const openVideos = () =>
        readdirSync(`/proc/${pid}/fd`).filter((fd) => linkOf(`/proc/${pid}/fd/${fd}`).startsWith(app.folder)).length;
      if (process.platform !== 'linux') return;
      const before = openVideos();
      await Promise.all(Array.from({ length: 8 }, () => leaveEarly(`${app.url}/videos/${NAME}`)));
      await expect.poll(openVideos).toBe(before);
    });
  });

  describe('nothing else', () => {
    it.each([
      `/videos/${NAME}.part`,
      `/videos/${NAME}.part.json`,
      '/videos/colosseum-today.mp4',
      '/videos/orphan-file.mp4',
      '/videos/records.json',
      '/videos/../records.json',
      '/videos/%2e%2e/records.json',
      '/videos/%2e%2e%2frecords.json',
      '/videos/..%2f..%2f..%2f..%2fetc%2fpasswd',
      '/videos/..%5c..%5crecords.json',
      '/videos/%252e%252e%252frecords.json',
      `/videos/${NAME}%00`,
      `/videos/%00${NAME}`,
      `/videos/.%2f${NAME}`,
      `/videos//${NAME}`,
      `/videos/${NAME}%2f`,
      `/videos/${NAME.toUpperCase()}`,
      `/videos/${NAME.replace('.mp4', '.webm')}`,
      '/videos/',
      '/videos',
      '/videos/%',
      '/videos/%c0%ae%c0%ae%2frecords.json',
      '/videos/....//records.json',
      `/static/videos/${NAME}`,
    ])('is to be had under %s', async (path) => {
      const { status, headers, body } = await sendRaw(app.url, path);
      expect(refusals).toContain(status);
      expect(headers['content-type'] ?? '').not.toContain('video');
      expect(String(body)).not.toMatch(/createdAt|root:x:/);
    });
  });
});

function leaveEarly(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent: false }, (response) => {
      response.once('data', () => call.destroy());
      response.once('close', resolve);
    });
    call.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? resolve() : reject(error)));
    call.end();
  });
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
