import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { problemSchema, snapshotSchema } from '#lib/web/server/api-schema.ts';
import { type RunningApp, startApp } from '../fixtures/app/built-app.ts';
import { EventReader } from '../fixtures/app/event-reader.ts';
import { sendRaw } from '../fixtures/app/raw-request.ts';
import { filmRecords } from '../fixtures/records/film-records.ts';
import { videoRecord } from '../fixtures/records/video-shelf.ts';

const PATIENCE_MS = 300_000;
const COUNT = 5000;
const PAGE = { accept: 'text/html' };

async function running(options: Parameters<typeof startApp>[0] = {}): Promise<RunningApp> {
  const app = await startApp(options);
  onTestFinished(() => app.stop());
  return app;
}

/** A connection that has asked for the path and reads nothing of the answer. */
async function unread(origin: string, path: string): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
  onTestFinished(() => void socket.destroy());
  return socket;
}

describe('with 5,000 records', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp({ records: filmRecords(COUNT) });
  }, PATIENCE_MS);
  afterAll(() => app?.stop());
  const list = async (query: string) => snapshotSchema.parse((await sendRaw(app.url, `/api/videos${query}`)).json());

  it.each([
    ['/', /<article/g],
    ['/downloads', /<li class="(failed|ready)/g],
    ['/spots/petra/today', /place-\d+/g],
    ['/login', /place-\d+/g],
  ])('%s is a page of bounded size', async (path, parts) => {
    const { status, body } = await sendRaw(app.url, path, { headers: PAGE });
    expect(status).toBe(200);
    expect(body.byteLength).toBeLessThan(250_000);
    expect((String(body).match(parts) ?? []).length).toBeLessThan(120);
  });

  it('leads on to the rest without scripts', async () => {
    const first = String((await sendRaw(app.url, '/', { headers: PAGE })).body);
    const [, next = ''] = /href="(\/\?from=[^"]+)"/.exec(first) ?? [];
    expect(first).toContain('place-23<');
    expect(first).not.toContain('place-24<');
    const second = String((await sendRaw(app.url, next, { headers: PAGE })).body);
    expect(second).toContain('place-24<');
    expect(second).toMatch(/href="\/\?from=/);
    expect((await sendRaw(app.url, '/?from=nonsense', { headers: PAGE })).status).toBe(400);
    const downloads = String((await sendRaw(app.url, '/downloads', { headers: PAGE })).body);
    const [, more = ''] = /href="(\/downloads\?stopped=[^"]+)"/.exec(downloads) ?? [];
    expect(String((await sendRaw(app.url, more, { headers: PAGE })).body)).toContain('place-12<');
  });

  it('is listed whole, or in pages that hold each video once', async () => {
    const whole = await list('');
    expect(whole.nextCursor).toBeUndefined();
    const keys: string[] = [];
    let query = '?limit=500';
    for (;;) {
      const { videos, nextCursor, counts } = await list(query);
      expect(counts).toEqual(whole.counts);
      keys.push(...videos.map(({ key }) => key));
      if (nextCursor === undefined) break;
      query = `?limit=500&cursor=${nextCursor}`;
    }
    expect(keys).toEqual(whole.videos.map(({ key }) => key));
    expect(whole.counts.total).toBe(keys.length);
    expect(await list('?group=stopped')).toMatchObject({ total: COUNT, videos: { length: 100 } });
    expect((await list('?group=outside&limit=1')).videos).toMatchObject([{ key: 'place-0/then' }]);
    expect((await list('?limit=7&_=1')).videos).toHaveLength(7);
  });

  it.each([
    'limit=0',
    'limit=501',
    'limit=x',
    'limit=',
    'limit=1&limit=2',
    'cursor=x',
    'cursor=',
    'group=all',
    'after=x&limit=1',
  ])('refuses to list %s', async (query) => {
    const answer = await sendRaw(app.url, `/api/videos?${query}`);
    expect([answer.status, problemSchema.parse(answer.json()).code]).toEqual([400, 'invalid-input']);
  });

  it('tells who was there only of what has changed since', async () => {
    const { eventId } = await list('?limit=1');
    expect(await list(`?after=${eventId}`)).toMatchObject({ after: eventId, videos: [] });
    const path = join(app.folder, 'records.json');
    const records = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify([...records, videoRecord({ spotId: 'newcomer', eraId: 'now' })]));
    expect((await list(`?after=${eventId}`)).videos.map(({ key }) => key)).toEqual(['newcomer/now']);
    const header = { 'last-event-id': eventId };
    const again = await sendRaw(app.url, '/api/videos', { headers: header });
    expect(again.json()).toMatchObject({ after: eventId, videos: [{ key: 'newcomer/now' }] });
    const unknown = await list('?after=nonsense');
    expect([unknown.after, unknown.videos.length < 150]).toEqual([undefined, true]);
  });

  it('keeps its event streams open, however large the snapshot is', { timeout: PATIENCE_MS }, async () => {
    const page = new EventReader(app.url);
    const snapshot = await page.find(({ event }) => event === 'snapshot');
    expect(JSON.stringify(snapshot.data).length).toBeGreaterThan(1024 * 1024);
    const another = new EventReader(app.url, undefined, { query: `?after=${snapshot.id}` });
    await vi.waitFor(() => expect(another.beats).toBe(1));
    expect(another.events).toEqual([]);
    await sendRaw(app.url, '/api/videos/petra/today', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    for (const one of [page, another]) await one.reached('petra/today', 'ready');
    expect([page.isOver, another.isOver]).toEqual([false, false]);
  });

  it('sends pages, lists, scripts and styles compressed, and events as they are', async () => {
    const headers = { 'accept-encoding': 'gzip, br', ...PAGE };
    const page = await sendRaw(app.url, '/', { headers });
    const plain = String((await sendRaw(app.url, '/', { headers: PAGE })).body);
    const assets = [...plain.matchAll(/href="\.?(\/_app\/[^"]+\.(?:js|css))"/g)].map(([, path = '']) => path);
    expect(assets.length).toBeGreaterThan(1);
    for (const path of ['/', '/api/videos', ...assets]) {
      const answer = await sendRaw(app.url, path, { headers });
      expect([path, answer.headers['content-encoding'], answer.headers.vary]).toEqual([path, 'br', 'Accept-Encoding']);
    }
    expect(page.body.byteLength).toBeLessThan(plain.length / 3);
    const etag = page.headers.etag ?? '';
    if (etag !== '') expect(etag).toMatch(/^W\//);
  });
});

describe('a visitor', () => {
  it('cannot take all places for events', { timeout: PATIENCE_MS }, async () => {
    const app = await running();
    const from = (localAddress: string) =>
      new Promise<IncomingMessage>((resolve, reject) => {
        const call = request(`${app.url}/api/videos/events`, { agent: false, localAddress }, resolve);
        call.on('error', reject);
        call.end();
        onTestFinished(() => void call.destroy());
      });
    const statuses: (number | undefined)[] = [];
    const streams: IncomingMessage[] = [];
    for (let count = 0; count < 66; count += 1) {
      const answer = await from('127.0.0.1');
      answer.on('error', () => {}).resume();
      streams.push(answer);
      statuses.push(answer.statusCode);
    }
    expect(statuses).toEqual([...Array(64).fill(200), 409, 409]);
    expect((await from('127.0.0.2')).statusCode).toBe(200);
    streams[0]?.destroy();
    await expect.poll(async () => (await from('127.0.0.1')).statusCode).toBe(200);
  });
});

describe('a path that cannot be decoded', () => {
  it.each(['', 'plenty'])(
    'is the visitor’s fault, whatever the settings are: %j',
    { timeout: PATIENCE_MS },
    async (budget) => {
      const app = await running({ env: { WANX_BUDGET_USD: budget } });
      for (const path of ['/%ff', '/spots/%ff/x', '/api/videos/%ff/x', '/api/videos/%ff/x/prompt', '/videos/%ff.mp4'])
        expect([path, (await sendRaw(app.url, path, { headers: PAGE })).status]).toEqual([path, 400]);
      for (const path of ['/nothing', '/api/nothing', '/videos/a/b'])
        expect([path, (await sendRaw(app.url, path, { headers: PAGE })).status]).toEqual([path, 404]);
    },
  );
});

describe('a server that is to end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'at %s is gone, whatever is open and would stay open, and can go on later',
    { timeout: PATIENCE_MS },
    async (signal) => {
      const name = 'colosseum-today.mp4';
      const sizeBytes = 30_000_000;
      const film = videoRecord({ spotId: 'colosseum', eraId: 'today', status: 'ready', localPath: `videos/${name}` });
      const app = await running({ records: [...filmRecords(COUNT), { ...film, sizeBytes }] });
      mkdirSync(join(app.folder, 'videos'), { recursive: true });
      writeFileSync(join(app.folder, 'videos', name), new Uint8Array(sizeBytes));
      app.sandbox.script({ fault: 'slow', bytesPerSecond: 20_000, times: 'always' });
      const page = new EventReader(app.url, undefined, { query: '?after=' });
      const headers = { 'content-type': 'application/json' };
      await sendRaw(app.url, '/api/videos/petra/today', { method: 'POST', headers, body: '{}' });
      for (let count = 0; count < 3; count += 1) await unread(app.url, '/api/videos/events');
      await unread(app.url, `/videos/${name}`);
      await unread(app.url, '/');
      await page.find(({ data }) => data.key === 'petra/today' && JSON.stringify(data.live).includes('"downloading"'));
      expect(await app.terminate(signal)).toBe(0);
      expect(page.isOver).toBe(true);
      // The first is that of the beginning.
      expect(page.retries).toHaveLength(2);
      const records: Array<Record<string, unknown>> = JSON.parse(
        readFileSync(join(app.folder, 'records.json'), 'utf8'),
      );
      const [left] = records.filter(({ spotId }) => spotId === 'petra');
      expect(left).toMatchObject({ status: 'generating', taskId: expect.any(String) });
      expect(left?.lease).toBeUndefined();
    },
  );
});
