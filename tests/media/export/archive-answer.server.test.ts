import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archiveAnswer, type ZipSource } from '#lib/media/index.ts';

const source = (name: string, text: string, modifiedMs = 0): ZipSource => {
  const bytes = Buffer.from(text);
  return {
    ...{ name, sizeBytes: bytes.length, modifiedMs, version: text },
    crc32: async () => crc32(bytes),
    open: async ({ start, end }) => new Blob([bytes.subarray(start, end + 1)]).stream(),
  };
};
const SOURCES = [source('a.txt', 'first'), source('b.txt', 'second')];
const ask = (headers: Record<string, string> = {}, method = 'GET', sources = SOURCES) =>
  archiveAnswer(sources, { fileName: 'all.zip', request: new Request('http://localhost/', { method, headers }) });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

it('is a download of exact length, with equal bytes every time', async () => {
  const response = ask();
  expect([response.status, response.headers.get('content-disposition')]).toEqual([
    200,
    'attachment; filename="all.zip"',
  ]);
  const bytes = await bytesOf(response);
  expect(response.headers.get('content-length')).toBe(String(bytes.length));
  expect(await bytesOf(ask())).toEqual(bytes);
  expect(await bytesOf(archiveAnswer(SOURCES, { fileName: 'all.zip' }))).toEqual(bytes);
});

describe('a request', () => {
  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=40-129', 40, 130],
    ['bytes=-30', -30, undefined],
    ['bytes=100-', 100, undefined],
  ])('for %s', async (range, start, end) => {
    const whole = await bytesOf(ask());
    const part = ask({ range });
    expect(part.status).toBe(206);
    expect(await bytesOf(part)).toEqual(whole.subarray(start, end));
  });

  it('for a range of another archive gets all of this one, and of this one its part', async () => {
    const other = ask({ range: 'bytes=5-', 'if-range': '"another"' });
    expect(other.status).toBe(200);
    await other.body?.cancel();
    const own = ask({ range: 'bytes=5-', 'if-range': other.headers.get('etag') ?? '' });
    expect(own.status).toBe(206);
    await own.body?.cancel();
  });

  it('beyond the end, for a copy that is still right, or for the headers alone', () => {
    const head = ask({ range: 'bytes=1-2' }, 'HEAD');
    expect([head.status, head.body]).toEqual([200, null]);
    const sizeBytes = Number(head.headers.get('content-length'));
    const beyond = ask({ range: `bytes=${sizeBytes}-` });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${sizeBytes}`]);
    expect(ask({ 'if-none-match': head.headers.get('etag') ?? '' }).status).toBe(304);
  });
});

it.each<[string, ZipSource[]]>([
  ['another name', [source('c.txt', 'first'), source('b.txt', 'second')]],
  ['another content', [source('a.txt', 'First'), source('b.txt', 'second')]],
  ['another time', [source('a.txt', 'first', 5000), source('b.txt', 'second')]],
  ['another order', SOURCES.toReversed()],
  ['a file less', SOURCES.slice(1)],
])('with %s it is another archive', (_what, sources) => {
  expect(ask({}, 'HEAD', sources).headers.get('etag')).not.toBe(ask({}, 'HEAD').headers.get('etag'));
});
