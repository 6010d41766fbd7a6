import zlib from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { type SeenRequest, serve } from '../../fixtures/wire/fault-server.ts';

let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 300_000 });
});
const it = useCaptureCase();
const under = (coding: string, cutAt?: number) => ({
  headers: { 'content-encoding': coding, 'x-oss-hash-crc64ecma': '1' },
  ...(cutAt !== undefined && { cutAt }),
});
const ranges = (requests: SeenRequest[]) => requests.map(({ headers }) => headers.range);

describe('a film that the server really compresses', () => {
  const codings: Array<[string, (bytes: Buffer) => Buffer]> = [
    ['gzip', zlib.gzipSync],
    ['x-gzip', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
    ['deflate', zlib.deflateRawSync],
    ['br', zlib.brotliCompressSync],
    ['zstd', zlib.zstdCompressSync],
    ['gzip, br', (bytes) => zlib.brotliCompressSync(zlib.gzipSync(bytes))],
    ['deflate, gzip', (bytes) => zlib.gzipSync(zlib.deflateSync(bytes))],
  ];
  describe.each(['length', 'chunked', 'close'] as const)('in a body by %s', (framing) => {
    test.each(codings)('as %s is asked for once more, then decompressed', async (coding, compress) => {
      it.server.script(serve(compress(video), { ...under(coding), framing }));
      expect(await it.capture()).toMatchObject({ attempts: 2, sizeBytes: video.length, verified: ['mp4'] });
      expect(it.finalBytes()?.equals(video)).toBe(true);
      expect(await it.files()).toEqual(['video.mp4']);
    });
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['gzip', zlib.gzipSync],
    ['zstd', zlib.zstdCompressSync],
  ])('as %s without saying so is known by its first bytes', async (_name, compress) => {
    it.server.script(serve(compress(video)));
    expect(await it.capture()).toMatchObject({ attempts: 2, sizeBytes: video.length });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('is compared with what the caller expects, not with what the headers say', async () => {
    it.server.script(serve(zlib.gzipSync(video), under('gzip')));
    const expected = { sizeBytes: video.length };
    expect(await it.capture({}, { expected })).toMatchObject({ verified: ['length', 'mp4'] });
  });

  test('is taken plain as soon as the server sends it so', async () => {
    it.server.script(serve(zlib.gzipSync(video), under('gzip')), serve(video));
    expect(await it.capture()).toMatchObject({ attempts: 2, verified: ['length', 'mp4'] });
  });

  test('and that is cut is fetched from its start: no range fits its bytes', async () => {
    const compressed = zlib.gzipSync(video);
    const cut = serve(compressed, under('gzip', Math.floor(compressed.length / 2)));
    it.server.script(cut, cut, cut, serve(compressed, under('gzip')));
    expect(await it.capture()).toMatchObject({ attempts: 4, resumedFrom: 0 });
    expect(ranges(it.server.requests)).toEqual([undefined, undefined, undefined, undefined]);
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['without its end, though the body ended well', (bytes) => bytes.subarray(0, bytes.length - 9)],
    ['with a byte that is wrong', (bytes) => Buffer.from(bytes.map((byte, at) => (at === 2000 ? byte ^ 0xff : byte)))],
  ])('%s is asked for again', async (_name, damage) => {
    const compressed = zlib.gzipSync(video);
    const damaged = serve(damage(compressed), under('gzip'));
    it.server.script(damaged, damaged, serve(compressed, under('gzip')));
    expect(await it.capture()).toMatchObject({ attempts: 3 });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('and that would fill the disk ends at the limit of bytes', async () => {
    const bomb = zlib.gzipSync(Buffer.concat([video, Buffer.alloc(20_000_000)]));
    it.server.script(serve(bomb, under('gzip')));
    expect(await it.failure({}, { maxBytes: 1_000_000 })).toMatchObject({ code: 'too-large' });
    expect(await it.files()).toEqual([]);
  });
});

test('a compressed error page is no film', async () => {
  const page = zlib.gzipSync('<Error><Code>NoSuchKey</Code></Error>'.repeat(99));
  it.server.script(serve(page, under('gzip')), serve(page, under('gzip')), serve(video));
  expect(await it.capture()).toMatchObject({ attempts: 3 });
});
