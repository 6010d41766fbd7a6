import { expect, it } from 'vitest';
import { officialClient } from '../../fixtures/fal/official-client.ts';

async function finishedFilm() {
  const { client, clock, fal } = await officialClient();
  const { request_id: requestId } = await client.queue.submit('fal-ai/ltx', { input: { prompt: 'x', duration: 1 } });
  clock.advance(4000);
  const { data } = await client.queue.result('fal-ai/ltx', { requestId });
  return { fal, url: data.video.url as string, film: await fal.filmOf(requestId) };
}

it('answers ranges under their validator', async () => {
  const { url, film } = await finishedFilm();
  const whole = await fetch(url);
  const etag = whole.headers.get('etag') ?? '';
  expect([whole.status, whole.headers.get('accept-ranges')]).toEqual([200, 'bytes']);
  const rest = await fetch(url, { headers: { range: 'bytes=100-', 'if-range': etag } });
  expect([rest.status, rest.headers.get('content-range')]).toEqual([
    206,
    `bytes 100-${film.length - 1}/${film.length}`,
  ]);
  expect(new Uint8Array(await rest.arrayBuffer())).toEqual(new Uint8Array(film.subarray(100)));
  const part = await fetch(url, { headers: { range: 'bytes=2-3' } });
  expect((await part.arrayBuffer()).byteLength).toBe(2);
  const stale = await fetch(url, { headers: { range: 'bytes=100-', 'if-range': '"other"' } });
  expect(stale.status).toBe(200);
});

it('has neither ranges nor a validator where that is scripted', async () => {
  const { fal, url } = await finishedFilm();
  fal.script({ fault: 'ignored-range' });
  fal.script({ fault: 'no-etag' });
  const answer = await fetch(url, { headers: { range: 'bytes=100-' } });
  expect([answer.status, answer.headers.get('etag'), answer.headers.get('accept-ranges')]).toEqual([200, null, null]);
});

it.each([
  ['expired-media', 404],
  ['hidden-media', 403],
] as const)('answers for %s with %i', async (fault, status) => {
  const { fal, url } = await finishedFilm();
  fal.script({ fault });
  expect((await fetch(url)).status).toBe(status);
});

it('sends another film under the same address once it was replaced', async () => {
  const { fal, url } = await finishedFilm();
  const before = (await fetch(url)).headers.get('etag');
  fal.script({ fault: 'changed-etag' });
  expect((await fetch(url)).headers.get('etag')).not.toBe(before);
});
