import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  type ElectronIpcMain,
  electronLibrary,
  mediaScheme,
  registerMediaProtocol,
  registerVideoSaveHandler,
} from '#lib/electron/index.ts';
import { addFilm, storedLibrary } from '../../fixtures/media/stored-library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

const film = Buffer.from(await makeMp4({ sizeBytes: 4000 }));
const CLIP = `${mediaScheme.scheme}://files/p1/clip.mp4`;

/** A film of the library that is in object storage only. */
async function storedFilm() {
  const world = await storedLibrary();
  await addFilm(film, 'clip');
  expect(world.files()).toEqual([]);
  const app = { getPath: () => world.library.folder };
  const handlers = new Map<string, (request: Request) => Promise<Response>>();
  registerMediaProtocol({ handle: (scheme, handler) => void handlers.set(scheme, handler) }, app);
  const ask = async (headers: Record<string, string> = {}, method = 'GET', address = CLIP) => {
    const response = await handlers.get(mediaScheme.scheme)?.(new Request(address, { method, headers }));
    if (!response) throw new Error('nobody answers');
    return response;
  };
  return { ...world, app, ask };
}

it.each([
  [undefined, 200, 0, undefined],
  ['bytes=0-', 206, 0, undefined],
  ['bytes=100-199', 206, 100, 200],
  ['bytes=-30', 206, film.length - 30, undefined],
])('a film in object storage is served for Range %s: %i', async (range, status, start, end) => {
  const { ask } = await storedFilm();
  const response = await ask(range === undefined ? {} : { range });
  const bytes = film.subarray(start, end);
  expect([response.status, Buffer.from(await response.arrayBuffer()).equals(bytes)]).toEqual([status, true]);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    ...{ 'content-length': String(bytes.length), 'content-type': 'video/mp4', 'accept-ranges': 'bytes' },
    ...(status === 206 && { 'content-range': `bytes ${start}-${start + bytes.length - 1}/${film.length}` }),
  });
});

it('a range beyond its end, HEAD, and what the page has already cost the store no request', async () => {
  const { ask, server } = await storedFilm();
  server.onRequest(() => ({ kind: 'cut' }));
  const beyond = await ask({ range: `bytes=${film.length}-` });
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${film.length}`]);
  const head = await ask({}, 'HEAD');
  expect([head.status, head.headers.get('content-length'), head.body]).toEqual([200, String(film.length), null]);
  expect((await ask({ 'if-none-match': head.headers.get('etag') ?? '' })).status).toBe(304);
});

it('one that is gone from the store, or a store that is away, is told apart', async () => {
  const { ask, bucket, server, library } = await storedFilm();
  expect((await ask({}, 'GET', CLIP.replace('clip', 'other'))).status).toBe(404);
  server.onRequest(() => ({ kind: 'refuse', status: 403, code: 'AccessDenied' }));
  expect((await ask()).status).toBe(500);
  server.onRequest(() => undefined);
  renameSync(library.root, `${library.root}-away`);
  expect((await ask()).status).toBe(404);
  renameSync(`${library.root}-away`, library.root);
  bucket.objects.clear();
  expect((await ask()).status).toBe(404);
});

it('a page finds it by its path as before', async () => {
  const { app, library } = await storedFilm();
  const channels = new Map<string, Parameters<ElectronIpcMain['handle']>[1]>();
  const handler = registerVideoSaveHandler(
    { handle: (channel, listener) => void channels.set(channel, listener), removeHandler: () => {} },
    app,
  );
  const ask = (channel: string, path: string) => channels.get(channel)?.({ sender: { on: () => {} } }, path);
  expect(electronLibrary(app).root).toBe(library.root);
  const path = join(library.root, 'projects/p1/videos/clip.mp4');
  expect(await ask('file:exists', path)).toBe(true);
  expect(await ask('video:address', path)).toBe(CLIP);
  expect(await ask('file:exists', path.replace('clip', 'other'))).toBe(false);
  await handler.unregister();
});
