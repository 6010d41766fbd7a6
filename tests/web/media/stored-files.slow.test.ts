import { expect, it, vi } from 'vitest';
import { serveMedia } from '#lib/web/media/media-files.server.ts';
import { addFilm, storedLibrary } from '../../fixtures/media/stored-library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

const film = await makeMp4({ sizeBytes: 4000 });

function play(headers: Record<string, string> = {}) {
  const url = new URL('http://localhost/media/files/p1/clip.mp4');
  return serveMedia({ projectId: 'p1', name: 'clip.mp4' }, new Request(url, { headers }), url);
}

it('a file in object storage is played under the address that it had in the library', async () => {
  const { files } = await storedLibrary();
  await addFilm(film, 'clip');
  expect(files()).toEqual([]);
  const part = await play({ range: 'bytes=1000-1999' });
  expect([part.status, part.headers.get('content-type')]).toEqual([206, 'video/mp4']);
  expect(Buffer.from(await part.arrayBuffer())).toEqual(Buffer.from(film.subarray(1000, 2000)));
});

it('or by a link of its store, where the settings say so', async () => {
  await storedLibrary();
  await addFilm(film, 'clip');
  vi.stubEnv('REELKEEP_PLAYBACK', 'redirect');
  const { status, headers } = await play();
  expect([status, headers.get('cache-control')]).toEqual([302, 'no-store']);
  expect(headers.get('location')).toMatch(/\/films\/reel\/media\/projects\/p1\/videos\/clip~.*X-Amz-Signature=/);
});
