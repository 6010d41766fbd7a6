import { describe, expect, it } from 'vitest';
import { serveVideo } from '#lib/web/index.ts';
import { type Shelf, videoRecord, videoShelf } from '../../fixtures/records/video-shelf.ts';

const NAME = 'eiffel-tower-1900.mp4';
const BYTES = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7) & 0xff);

function finished(shelf: Shelf = videoShelf()) {
  const facts = shelf.put(NAME, BYTES);
  shelf.record(videoRecord({ status: 'ready', ...facts }));
  return { ...facts, etag: `"${facts.sha256}"` };
}

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  serveVideo(new Request(`http://localhost${path}`, { method, headers }));

describe('a request for a video', () => {
  it.each(['/videos/', '/media/films/', '/'])('is answered wherever it is mounted: %s', async (base) => {
    const { etag } = finished();
    const response = await get(`${base}${NAME}`);
    expect([response.status, response.headers.get('etag')]).toEqual([200, etag]);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await response.arrayBuffer()).equals(BYTES)).toBe(true);
  });

  it('gets the range, the refusal of one, or nothing where nothing has changed', async () => {
    const { etag } = finished();
    const part = await get(`/videos/${NAME}`, { range: 'bytes=10-19', 'if-range': etag });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 10-19/5000']);
    expect(Buffer.from(await part.arrayBuffer()).equals(BYTES.subarray(10, 20))).toBe(true);
    expect((await get(`/videos/${NAME}`, { range: 'bytes=5000-' })).status).toBe(416);
    expect((await get(`/videos/${NAME}`, { 'if-none-match': etag })).status).toBe(304);
    const head = await get(`/videos/${NAME}`, {}, 'HEAD');
    expect([head.status, head.body, head.headers.get('content-length')]).toEqual([200, null, '5000']);
  });

  it.each([
    ['a name that nobody knows', '/videos/none-1900.mp4', 404],
    ['a folder', '/videos/', 404],
    ['a way out of the folder', '/videos/..%2f..%2fetc%2fpasswd', 404],
    ['a way out by backslashes', '/videos/..%5Crecords.json', 404],
    ['the records', '/videos/records.json', 404],
    ['a NUL byte', `/videos/${NAME}%00`, 404],
    ['a wrong % sequence', '/videos/%E0%A4.mp4', 400],
  ])('for %s is refused', async (_what, path, status) => {
    finished();
    const response = await get(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    expect(await response.json()).toMatchObject({ status, code: status === 404 ? 'not-found' : 'invalid-input' });
  });

  it('for what is not ready is a 404, whatever lies in the folder', async () => {
    const shelf = videoShelf();
    const facts = shelf.put(NAME, BYTES);
    shelf.record(videoRecord({ status: 'generating', localPath: facts.localPath }));
    expect((await get(`/videos/${NAME}`)).status).toBe(404);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('by %s is refused with what is allowed', async (method) => {
    finished();
    const response = await get(`/videos/${NAME}`, {}, method);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('names the request in an error', async () => {
    finished();
    const request = new Request('http://localhost/videos/none-1900.mp4');
    expect(await (await serveVideo(request, { requestId: 'r1' })).json()).toMatchObject({ requestId: 'r1' });
  });
});
