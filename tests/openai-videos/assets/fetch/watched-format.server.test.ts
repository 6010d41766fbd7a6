import { describe, expect, it } from 'vitest';
import type { AssetFormat } from '#lib/capture/types.ts';
import { watchFormat } from '#lib/openai-videos/assets/fetch/watched-format.server.ts';
import { sha256Of } from '../../../fixtures/openai-videos/download-work.ts';

const formatOf = (first: number, report: Awaited<ReturnType<AssetFormat['inspect']>> = { media: {} }): AssetFormat => ({
  ...{ name: 'webp', title: 'picture', extension: 'webp', mimeType: 'image/webp', sniffBytes: 4 },
  startsLike: (bytes) => bytes[0] === first,
  inspect: async () => report,
});
const film = formatOf(0xf1);
const inspectAsset = async () => ({ sizeBytes: 1, sha256: 'of the whole file', media: {} });
const watched = (format = formatOf(1)) => watchFormat(format, film, { inspectAsset });

describe('a body that begins otherwise', () => {
  const text = new TextEncoder();
  it.each<[string, Uint8Array, { isText: boolean; isFilm: boolean }]>([
    ['a message', text.encode('{"error":"no film"}'), { isText: true, isFilm: false }],
    [
      'an error page that is cut in a letter',
      text.encode('<p>Später ü').subarray(0, -1),
      { isText: true, isFilm: false },
    ],
    ['nothing', new Uint8Array(), { isText: false, isFilm: false }],
    ['zeros', new Uint8Array(8), { isText: false, isFilm: false }],
    ['other bytes', Uint8Array.of(0x89, 0xff, 0xfe, 0x50), { isText: false, isFilm: false }],
    ['a film', Uint8Array.of(0xf1, 0, 0, 1), { isText: false, isFilm: true }],
  ])('is noted: %s', (_what, bytes, kind) => {
    const { format, watch } = watched();
    expect(format.startsLike(bytes)).toBe(false);
    expect(watch.rejected).toEqual({ fingerprint: sha256Of(bytes), ...kind });
  });

  it('is forgotten when the right one comes', () => {
    const { format, watch } = watched();
    format.startsLike(Uint8Array.of(9));
    expect(format.startsLike(Uint8Array.of(1))).toBe(true);
    expect(watch).toEqual({});
  });
});

describe('a whole file', () => {
  it.each([
    ['the usual type', { media: {} }, { mimeType: 'image/webp' }],
    ['what it turned out to be', { media: {}, mimeType: 'image/png' }, { mimeType: 'image/png' }],
    [
      'that it is broken, by all of its bytes',
      { media: {}, problem: 'cut short' },
      { rejected: { fingerprint: 'of the whole file', isText: false, isFilm: false } },
    ],
  ])('is noted with %s', async (_what, report, expected) => {
    const { format, watch } = watched(formatOf(1, report));
    expect(await format.inspect('/a/file')).toBe(report);
    expect(watch).toMatchObject(expected);
  });
});
