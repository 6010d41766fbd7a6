import { describe, expect, test } from 'vitest';
import { inspectMp4 } from '#lib/capture/formats/mp4.server.ts';
import {
  committed,
  expectRefused,
  expectWhole,
  HYBRID,
  pictures,
  type RefusedCase,
  type WholeCase,
} from '../../fixtures/mp4/film-cases.ts';
import {
  box,
  EMPTY,
  FTYP,
  film,
  fragmentedFilm,
  media,
  moovOf,
  PICTURES,
  RUNS,
  SOUND,
} from '../../fixtures/mp4/mp4-builder.ts';
import { fileOf, inspect } from '../../fixtures/mp4/mp4-in-memory.ts';
import { boxesOf, withEndlessEnd } from '../../fixtures/mp4/mp4-surgery.ts';

describe('a whole film', () => {
  const cases: WholeCase[] = [
    ['of ffmpeg', () => committed('plain.mp4'), { width: 64, height: 64 }],
    ['of ffmpeg, begun in its index', () => committed('hybrid.mp4'), { width: 64, height: 64 }],
    ['of ffmpeg, in fragments', () => committed('fragments.mp4'), { width: 64, height: 64 }],
  ];
  test.each(cases)('%s', async (_name, make, changes) => expectWhole(make(), changes));
});

describe('a film is refused', () => {
  const cases: RefusedCase[] = [
    ['without samples', () => film({ tracks: [{ ...PICTURES, sizes: [] }, SOUND] }), /contains no frames/],
    ['with empty pictures only', () => pictures({ sizes: [0, 0, 0] }), /contains no frames/],
    ['with sound only', () => film({ tracks: [SOUND] }), /no video track/],
    ['with an empty index', () => Buffer.concat([FTYP, box('moov'), box('mdat', media(99))]), /no video track/],
  ];
  test.each(cases)('%s', async (_name, make, problem) => expectRefused(make(), problem));
});

test('a thousand oddities have few notes', async () => {
  const described = Array.from({ length: 1000 }, (_, index) => box('colr', Array(index % 4).fill(0)));
  const { notes } = await inspect(pictures({ described: [...described, box('pasp')] }));
  expect(notes?.length).toBeGreaterThan(1);
  expect(notes?.length).toBeLessThanOrEqual(10);
});

test('a long film is read in proportion to its index, with the bytes of the media left alone', async () => {
  const sizes = Array(40_000).fill(30);
  const shifts = sizes.map((_, index): [number, number] => [1, index % 3]);
  const long = film({
    tracks: [
      { sizes, shifts, perChunk: 3, delta: 24 },
      { ...SOUND, sizes, perChunk: 1 },
    ],
  });
  const { file, readBytes } = fileOf(long);
  expect((await inspectMp4(file)).media.durationSeconds).toBeCloseTo(1600, 0);
  const indexBytes = long.length - 2 * 40_000 * 30;
  expect(readBytes()).toBeLessThan(indexBytes * 1.5);
});

describe('a cut', () => {
  const films: Array<[string, Buffer]> = [
    ['a film of ffmpeg', committed('plain.mp4')],
    ['a film with its index first', film()],
    ['a film with its index last', film({ isIndexLast: true })],
    ['a film with a large media box', film({ mdat: 'large' })],
    ['a film with an endless media box', film({ mdat: 'endless' })],
    ['a film with three tracks', film({ tracks: [PICTURES, SOUND, { kind: 'text', sizes: [7] }], isIndexLast: true })],
    ['fragments of ffmpeg', committed('fragments.mp4')],
    ['a film of ffmpeg begun in its index', committed('hybrid.mp4')],
    ['fragments', fragmentedFilm()],
    ['fragments with an end', fragmentedFilm({ hasMfra: true })],
    ['fragments with a segment index', fragmentedFilm({ hasSidx: true })],
    ['fragments with an endless end', withEndlessEnd(fragmentedFilm({ tracks: EMPTY }))],
    ['fragments that follow an index', fragmentedFilm({ ...HYBRID, base: 'implied' })],
  ];
  test.each(films)('of %s is refused at every byte, but where a fragment ends', async (_name, whole) => {
    const ends = boxesOf(whole).flatMap(({ type, end }) => (type === 'mdat' && end < whole.length ? [end] : []));
    const isIndexed = whole.includes('sidx') || !whole.includes('mvex');
    expect((await inspect(whole)).problem).toBeUndefined();
    const passed: number[] = [];
    for (let length = 0; length < whole.length; length += 1) {
      const { problem, isOpenEnded } = await inspect(whole.subarray(0, length));
      if (problem !== undefined) continue;
      passed.push(length);
      expect(isOpenEnded, `${length} bytes`).toBe(true);
    }
    expect(passed).toEqual(isIndexed ? [] : ends);
  });

  test('of what follows a whole film leaves a whole film', async () => {
    const padded = Buffer.concat([film(), box('free', media(40)), Buffer.alloc(30)]);
    for (const end of [film().length, film().length + 48, padded.length - 1]) {
      expect((await inspect(padded.subarray(0, end))).problem, `${end} bytes`).toBeUndefined();
    }
  });

  test('cannot be told from a film whose fragments begin nowhere', async () => {
    const short = fragmentedFilm({ fragments: RUNS.slice(0, 2) });
    expect(await inspect(fragmentedFilm().subarray(0, short.length))).toEqual(await inspect(short));
  });

  test('leaves an index without its media', async () => {
    const moov = moovOf([PICTURES], FTYP.length + 8 + 300);
    expect((await inspect(Buffer.concat([FTYP, box('mdat', media(100)), moov]))).problem).toMatch(
      /inside the index itself/,
    );
  });
});
