import { appendFileSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { playVideo } from '#lib/web/playback/playback.server.ts';
import { openFiles } from '../../fixtures/open-files.ts';
import { type Shelf, videoRecord, videoShelf } from '../../fixtures/records/video-shelf.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const NAME = 'eiffel-tower-1900.mp4';
// More than one chunk, so that a mistake at a seam shows.
const BYTES = Uint8Array.from({ length: 600_001 }, (_, index) => (index * 7 + (index >> 8)) & 0xff);

function finished(shelf: Shelf = videoShelf()) {
  const facts = shelf.put(NAME, BYTES);
  shelf.record(videoRecord({ status: 'ready', ...facts }));
  return { shelf, ...facts, etag: `"${facts.sha256}"` };
}

async function play(
  headers: Record<string, string> = {},
  { method = 'GET', query = '', name = NAME } = {},
): Promise<Response> {
  const url = new URL(`http://localhost/videos/x${query}`);
  const response = await playVideo(name, new Request(url, { method, headers }), url);
  // A server sends a body or cancels it; one that is left alone keeps its file open.
  onTestFinished(() => response.body?.cancel().catch(() => {}));
  return response;
}

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('a captured file', () => {
  it('is sent whole', async () => {
    const { etag } = finished();
    const response = await play();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'video/mp4',
      'content-length': '600001',
      'accept-ranges': 'bytes',
      'cache-control': 'public, no-cache',
      etag,
    });
    expect((await bytesOf(response)).equals(BYTES)).toBe(true);
  });

  it.each<[string, number, number]>([
    ['bytes=0-1', 0, 1],
    ['bytes=-3', 599_998, 600_000],
    ['bytes=262140-262150', 262_140, 262_150],
    ['bytes=100-', 100, 600_000],
    ['bytes=0-', 0, 600_000],
  ])('is sent in part for %s', async (range, start, end) => {
    finished();
    const response = await play({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/600001`);
    expect(response.headers.get('content-length')).toBe(String(end - start + 1));
    expect((await bytesOf(response)).equals(BYTES.subarray(start, end + 1))).toBe(true);
  });

  it('says how large it is when asked for what it does not have', async () => {
    finished();
    const response = await play({ range: 'bytes=600001-' });
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */600001']);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  it('answers several ranges with the whole', async () => {
    finished();
    const response = await play({ range: 'bytes=0-1,5-6' });
    expect([response.status, (await bytesOf(response)).byteLength]).toEqual([200, BYTES.byteLength]);
  });

  it('is not sent again to who has it', async () => {
    const { etag } = finished();
    const response = await play({ 'if-none-match': `"x", W/${etag}`, range: 'bytes=0-1' });
    expect([response.status, response.body, response.headers.get('etag')]).toEqual([304, null, etag]);
    expect(response.headers.has('content-length')).toBe(false);
  });

  it('is continued only for a copy of the same bytes', async () => {
    const { etag } = finished();
    expect((await play({ range: 'bytes=5-', 'if-range': etag })).status).toBe(206);
    expect((await play({ range: 'bytes=5-', 'if-range': '"old"' })).status).toBe(200);
    expect((await play({ range: 'bytes=5-', 'if-range': `W/${etag}` })).status).toBe(200);
    expect((await play({ 'if-match': '"old"' })).status).toBe(412);
    expect((await play({ 'if-match': etag })).status).toBe(200);
  });

  it('answers HEAD like GET, without a body and without ranges', async () => {
    finished();
    const response = await play({ range: 'bytes=0-1' }, { method: 'HEAD' });
    expect([response.status, response.body, response.headers.get('content-length')]).toEqual([200, null, '600001']);
  });

  it('may be kept for ever under its hash, and under no other name', async () => {
    const { sha256 } = finished();
    const cacheControl = async (query: string) => (await play({}, { query })).headers.get('cache-control');
    expect(await cacheControl(`?v=${sha256.slice(0, 16)}`)).toMatch(/immutable/);
    expect(await cacheControl('?v=0123456789abcdef')).toBe('public, no-cache');
    expect(await cacheControl('?v=')).toBe('public, no-cache');
  });

  it('has a weak tag when its hash is not known', async () => {
    const shelf = videoShelf();
    const { localPath } = shelf.put(NAME, BYTES);
    shelf.record(videoRecord({ status: 'ready', localPath }));
    const response = await play({ 'if-range': 'W/"600001"', range: 'bytes=0-1' });
    expect([response.status, response.headers.get('etag')?.slice(0, 10)]).toEqual([200, 'W/"600001-']);
  });

  it('stays while a new one is made', async () => {
    const shelf = videoShelf();
    const facts = shelf.put(NAME, BYTES);
    const history = [{ at: '2026-11-20T00:00:00.000Z', outcome: 'delivered' as const }];
    shelf.record(videoRecord({ status: 'generating', ...facts, history }));
    expect((await play()).status).toBe(200);
  });
});

describe('nothing else', () => {
  it.each([
    `${NAME}.part`,
    `${NAME}.part.json`,
    `../videos/${NAME}`,
    `..%2fvideos%2f${NAME}`,
    `./${NAME}`,
    `/${NAME}`,
    `${NAME}\0`,
    `${NAME}/`,
    `${NAME}.`,
    NAME.toUpperCase(),
    'eiffel-tower-1900.webm',
    'eiffel-tower-1900',
    'records.json',
    '../../records.json',
    '..',
    '.',
    '',
    'unowned-file.mp4',
  ])('is there under %j', async (name) => {
    const { shelf } = finished();
    for (const other of [`${NAME}.part`, `${NAME}.part.json`, 'unowned-file.mp4']) shelf.put(other, BYTES);
    expect(await rejection(play({}, { name }))).toMatchObject({ problem: 'not-found' });
  });

  it.each<[string, (shelf: Shelf) => object]>([
    ['an unfinished record', () => ({ status: 'generating' })],
    ['a failed record', () => ({ status: 'failed' })],
    ['another size', () => ({ sizeBytes: 5 })],
    ['a file elsewhere', () => ({ localPath: 'elsewhere/eiffel-tower-1900.mp4' })],
    ['a path that climbs', () => ({ localPath: 'static/videos/../../elsewhere/eiffel-tower-1900.mp4' })],
    ['an absolute path', (shelf) => ({ localPath: join(shelf.root, 'elsewhere/eiffel-tower-1900.mp4') })],
    ['another name', () => ({ localPath: 'static/videos/records.mp4' })],
    ['no path', () => ({ localPath: undefined })],
  ])('is served for %s', async (_name, fields) => {
    const shelf = videoShelf();
    const facts = shelf.put(NAME, BYTES);
    shelf.put('records.mp4', BYTES);
    mkdirSync(join(shelf.root, 'elsewhere'));
    writeFileSync(join(shelf.root, 'elsewhere', NAME), BYTES);
    shelf.record(videoRecord({ status: 'ready', ...facts, ...fields(shelf) }));
    expect(await rejection(play())).toMatchObject({ problem: 'not-found' });
  });

  it('is served of what else lies in the folder: the id of the store', async () => {
    const { shelf } = finished();
    shelf.put('.reelkeep-store.json', BYTES);
    const name = '.reelkeep-store.json';
    const url = new URL(`http://localhost/videos/${name}`);
    expect(await rejection(playVideo(name, new Request(url), url))).toMatchObject({ problem: 'not-found' });
  });

  it('is served when the file is gone, is a folder, or is a link out of the folder', async () => {
    const { shelf } = finished();
    const path = join(shelf.root, 'static/videos', NAME);
    rmSync(path);
    expect(await rejection(play())).toMatchObject({ problem: 'not-found' });
    writeFileSync(join(shelf.root, 'secret'), BYTES);
    symlinkSync(join(shelf.root, 'secret'), path);
    const link = {
      problem: 'not-found',
      message: expect.stringMatching(/replaced by a symbolic link.*npm run audit -- --repair/),
    };
    expect(await rejection(play())).toMatchObject(link);
    rmSync(path);
    mkdirSync(path);
    expect(await rejection(play())).toMatchObject({ problem: 'not-found', message: expect.stringContaining('folder') });
  });
});

describe('the open file', () => {
  const openVideos = (shelf: Shelf) => openFiles(join(shelf.root, 'static'));

  it('is closed after the last byte', async () => {
    const { shelf } = finished();
    await (await play()).arrayBuffer();
    expect(openVideos(shelf)).toEqual([]);
  });

  it('is closed when the client leaves half-way', async () => {
    const { shelf } = finished();
    const reader = (await play()).body?.getReader();
    await reader?.read();
    expect(openVideos(shelf)).toHaveLength(process.platform === 'linux' ? 1 : 0);
    await reader?.cancel();
    expect(openVideos(shelf)).toEqual([]);
  });

  it('is closed when there is nothing to send', async () => {
    const { shelf, etag } = finished();
    await play({ 'if-none-match': etag });
    await play({ 'if-match': '"x"' });
    await play({ range: 'bytes=600001-' });
    await play({}, { method: 'HEAD' });
    await rejection(play({}, { name: 'unowned-file.mp4' }));
    expect(openVideos(shelf)).toEqual([]);
  });

  it('that shrinks under our hands ends the answer as broken', async () => {
    const { shelf } = finished();
    const reader = (await play()).body?.getReader();
    await reader?.read();
    truncateSync(join(shelf.root, 'static/videos', NAME), 300_000);
    await reader?.read();
    await expect(reader?.read()).rejects.toThrow('ended early');
    expect(openVideos(shelf)).toEqual([]);
  });

  it('that grows is sent as long as it was promised', async () => {
    const { shelf } = finished();
    const response = await play();
    appendFileSync(join(shelf.root, 'static/videos', NAME), 'more');
    expect((await bytesOf(response)).byteLength).toBe(BYTES.byteLength);
  });
});
