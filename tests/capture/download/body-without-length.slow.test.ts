import { beforeAll, describe, expect, test } from 'vitest';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4, withEndlessMedia } from '../../fixtures/mp4/mp4.ts';
import { fragmentedFilm, PICTURES, SOUND } from '../../fixtures/mp4/mp4-builder.ts';
import { cutBehind, findBox, withEndlessEnd } from '../../fixtures/mp4/mp4-surgery.ts';
import { type SeenRequest, serve } from '../../fixtures/wire/fault-server.ts';

let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 200_000 });
});
const it = useCaptureCase();
const ranges = (requests: SeenRequest[]) => requests.map(({ headers }) => headers.range);

describe('a body without a length', () => {
  test.each(['fin', 'rst'] as const)('cut by %s is not taken for a file', async (cutBy) => {
    it.server.script(serve(video, { framing: 'close', cutAt: 100_000, cutBy, etag: null }), serve(video));
    expect(await it.capture()).toMatchObject({ attempts: 2 });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('cut is continued when a validator proves what it is', async () => {
    it.server.script(serve(video, { framing: 'close', cutAt: 100_000 }), serve(video));
    expect(await it.capture()).toMatchObject({ attempts: 2, resumedFrom: 100_000, verified: ['length', 'mp4'] });
  });

  test('that ends twice at the same byte inside the MP4 is no video', async () => {
    it.server.script(serve(video.subarray(0, 100_000), { framing: 'close', etag: null }));
    expect(await it.failure()).toMatchObject({ code: 'not-a-video' });
    expect(it.server.requests).toHaveLength(2);
    expect(await it.files()).toEqual([]);
  });

  test('of a known rest goes on where it was cut, however often', async () => {
    const cut = { framing: 'close' as const, cutAt: 30_000 };
    it.server.script(serve(video, { cutAt: 30_000 }), serve(video, cut));
    await it.capture();
    expect(ranges(it.server.requests)).toEqual([
      undefined,
      ...[1, 2, 3, 4, 5, 6].map((times) => `bytes=${times * 30_000}-`),
    ]);
    expect(it.finalBytes()?.equals(video)).toBe(true);
    expect(new Set(it.clock.waits)).toEqual(new Set([1000]));
  });

  test.each([
    ['with a validator goes on', '"v1"', [undefined, 'bytes=50000-', 'bytes=100000-', 'bytes=150000-']],
    ['without one starts again', null, [undefined, undefined, undefined, undefined]],
  ])('of an expected size %s, however often it is cut', async (_name, etag, asked) => {
    const cut = serve(video, { framing: 'close', cutAt: 50_000, etag });
    it.server.script(cut, cut, cut, serve(video, { framing: 'close', etag }));
    await it.capture({}, { expected: { sizeBytes: video.length } });
    expect(ranges(it.server.requests)).toEqual(asked);
    expect(it.finalBytes()?.equals(video)).toBe(true);
    // The same bytes again are no progress.
    expect(it.clock.waits).toEqual(etag === null ? [1000, 2000, 4000] : [1000, 1000, 1000]);
  });

  test('of an expected size, cut at the same byte for ever, ends after the link', async () => {
    it.server.script(serve(video, { framing: 'close', cutAt: 50_000, etag: null }));
    const expiresAt = new Date(it.clock.now() + 60_000);
    const error = await it.failure({ expiresAt }, { expected: { sizeBytes: video.length } });
    expect(error).toMatchObject({ code: 'network', retryable: true, expiresAt });
    expect(error.message).toContain(`after 50000 bytes, ${video.length - 50_000} too early`);
    expect(it.clock.waits.length).toBeLessThan(100);
  });

  test.each([0, 6, 11])('that ends after %i bytes, too few for any video, is a cut', async (cutAt) => {
    const cut = serve(video, { framing: 'close', cutAt });
    it.server.script(cut, cut, cut, serve(video));
    expect(await it.capture()).toMatchObject({ attempts: 4 });
    expect(it.clock.waits).toEqual([1000, 2000, 4000]);
  });

  test('whose media goes on "to the end of the file" is whole only where its index says so', async () => {
    const endless = withEndlessMedia(video);
    const cut = serve(endless, { framing: 'close', cutAt: 120_000, etag: null });
    it.server.script(cut, serve(endless, { framing: 'close', etag: null }));
    expect(await it.capture()).toMatchObject({ attempts: 2, verified: ['mp4'] });
    expect(it.finalBytes()?.equals(endless)).toBe(true);
  });

  test('in fragments is whole only where it says that none follows', async () => {
    const whole = await makeMp4({ isFragmented: true, durationSeconds: 4 });
    const cutAt = whole.lastIndexOf('moof') - 4;
    it.server.script(
      serve(whole, { framing: 'close', cutAt, etag: null }),
      serve(whole, { framing: 'close', etag: null }),
    );
    expect(await it.capture()).toMatchObject({ attempts: 2, verified: ['mp4'] });
    expect(it.finalBytes()?.equals(whole)).toBe(true);
  });

  test.each([
    ['in fragments', fragmentedFilm()],
    ['begun in its index', fragmentedFilm({ tracks: [PICTURES, SOUND] })],
    ['with an endless end', withEndlessEnd(fragmentedFilm())],
  ])('%s that ends twice at the same byte is whole, and the receipt will say why', async (_name, whole) => {
    it.server.script(serve(whole, { framing: 'close', etag: null }));
    const { attempts, verified, notes } = await it.capture();
    expect({ attempts, verified }).toEqual({ attempts: 2, verified: ['mp4'] });
    expect(notes).toEqual([expect.stringContaining('two downloads had the same length')]);
    expect(it.finalBytes()?.equals(whole)).toBe(true);
  });

  test('in fragments that ends at another byte each time is not yet whole', async () => {
    const whole = fragmentedFilm();
    const cutAt = [0, 1].map((nth) => findBox(whole, 'mdat', nth).end);
    const cuts = cutAt.map((at) => serve(whole, { framing: 'close', cutAt: at, etag: null }));
    it.server.script(...cuts, serve(whole, { framing: 'close', etag: null }));
    expect(await it.capture()).toMatchObject({ attempts: 4, media: { durationSeconds: 1.5 } });
    expect(it.finalBytes()?.equals(whole)).toBe(true);
  });

  test('in fragments that ends twice within one is no video', async () => {
    const short = cutBehind(fragmentedFilm(), 'moof', 1);
    it.server.script(serve(short, { framing: 'close', etag: null }));
    expect(await it.failure()).toMatchObject({ code: 'not-a-video' });
    expect(it.server.requests).toHaveLength(2);
    expect(await it.files()).toEqual([]);
  });

  test('in fragments is taken as it is where the transfer has an end of its own', async () => {
    const whole = await makeMp4({ isFragmented: true, durationSeconds: 4 });
    const short = whole.subarray(0, whole.lastIndexOf('moof') - 4);
    it.server.script(serve(short, { framing: 'chunked', etag: null }));
    expect(await it.capture()).toMatchObject({ attempts: 1, verified: ['mp4'] });
  });

  test('is proved by a known size and checksum', async () => {
    it.server.script(serve(video, { framing: 'close' }));
    const result = await it.capture({}, { expected: { sizeBytes: video.length } });
    expect(result.verified).toEqual(['length', 'mp4']);
  });
});
