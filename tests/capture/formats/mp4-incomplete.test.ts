import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  box,
  EMPTY,
  FTYP,
  film,
  fragmentedFilm,
  HEIGHT,
  media,
  moovOf,
  PICTURES,
  RUNS,
  SOUND,
  type TrackPlan,
  u32,
} from '../../fixtures/mp4/mp4-builder.ts';
import { inspect } from '../../fixtures/mp4/mp4-in-memory.ts';
import { boxesOf, cutBehind, findBox, renamed, withEndlessEnd, withNumber } from '../../fixtures/mp4/mp4-surgery.ts';

const HYBRID = { tracks: [PICTURES, SOUND] };
const committed = (name: string) => readFileSync(new URL(`../../fixtures/mp4/films/${name}`, import.meta.url));
const pictures = (changes: TrackPlan) => film({ tracks: [{ ...PICTURES, ...changes }, SOUND] });
const url = (flags: number, address: string) => box('url ', u32(flags), address);
const without = (file: Buffer, type: string, nth = 0) => renamed(file, type, 'free', nth);
/** The media box of the last piece has no size, and its last bytes are gone. */
const cutEndless = (file: Buffer, bytes: number) => withEndlessEnd(file).subarray(0, -bytes);

const BEYOND = /media beyond the end/;
const MORE = /more samples/;
const TOO_SMALL = /claims \d+ entries, for which its box is too small/;

describe('a film is refused', () => {
  const cases: Array<[string, () => Buffer, RegExp]> = [
    ['without samples', () => film({ tracks: [{ ...PICTURES, sizes: [] }, SOUND] }), /holds no picture/],
    ['with empty pictures only', () => pictures({ sizes: [0, 0, 0] }), /holds no picture/],
    ['with sound only', () => film({ tracks: [SOUND] }), /no picture track/],
    ['whose second track is cut', () => cutEndless(film({ mdat: 'endless' }), 1), BEYOND],
    [
      'whose third track is cut',
      () => cutEndless(film({ mdat: 'endless', tracks: [PICTURES, SOUND, { ...SOUND, sizes: [9] }] }), 5),
      BEYOND,
    ],
    [
      'whose text is cut',
      () => cutEndless(film({ mdat: 'endless', tracks: [PICTURES, SOUND, { kind: 'text', sizes: [9] }] }), 1),
      BEYOND,
    ],
    ['with a chunk beyond its end', () => withNumber(film(), 'stco', 16, 0xffffff), BEYOND],
    ['with its last chunk beyond its end', () => withNumber(film(), 'stco', 24, 0xffffffff), BEYOND],
    ['with a chunk of its sound beyond its end', () => withNumber(film(), 'stco', 16, 99_999, 1), BEYOND],
    ['with a 64-bit chunk offset beyond its end', () => withNumber(pictures({ isLarge: true }), 'co64', 16, 1), BEYOND],
    [
      'with an absurd 64-bit chunk offset',
      () => withNumber(pictures({ isLarge: true }), 'co64', 16, 0xffffffff),
      BEYOND,
    ],
    ['with a sample larger than it', () => withNumber(film(), 'stsz', 20, 1_000_000), BEYOND],
    ['with a sound larger than it', () => withNumber(film(), 'stsz', 32, 1_000_000, 1), BEYOND],
    ['with a chunk where its index is', () => withNumber(film(), 'stco', 16, 40), /where its index is/],
    [
      'with a chunk that reaches into its index',
      () => withNumber(film({ isIndexLast: true }), 'stsz', 20, 400),
      /where its index is/,
    ],
    ['with one large size for all', () => withNumber(film(), 'stsz', 12, 1_000_000), BEYOND],
    ['with media in another file', () => pictures({ reference: url(0, 'file:///elsewhere.mp4\0') }), /another file/],
    [
      'with sound in another file',
      () => film({ tracks: [PICTURES, { ...SOUND, reference: url(0, 'a.m4a\0') }] }),
      /another file/,
    ],
    ['with too few chunks', () => withNumber(film(), 'stco', 12, 2), /does not say where 2 of/],
    ['with no chunk', () => withNumber(film(), 'stco', 12, 0), /does not say where/],
    ['with too many samples in a chunk', () => withNumber(film(), 'stsc', 20, 5), MORE],
    ['with no sample in any chunk', () => withNumber(film(), 'stsc', 20, 0), /does not say where/],
    ['whose chunks begin late', () => withNumber(film(), 'stsc', 16, 2), /first chunk/],
    ['whose chunks are in no order', () => withNumber(pictures({ perChunk: 4 }), 'stsc', 28, 1), /no order/],
    ['with more durations than samples', () => withNumber(film(), 'stts', 16, 7), MORE],
    ['with more display times than samples', () => withNumber(pictures({ shifts: [[6, 1]] }), 'ctts', 16, 7), MORE],
    ['with absurd sizes of sizes', () => withNumber(pictures({ sizeTable: 8 }), 'stz2', 12, 7), /sizes of 7 bits/],
    ['with a damaged track', () => withNumber(film(), 'trak', 0, 99_999, 1), /moov box is damaged/],
    ['with a damaged table', () => withNumber(film(), 'stsz', 0, 99_999, 1), /stbl box is damaged/],
    ['with a table of impossible size', () => withNumber(film(), 'stsz', 0, 7), /stbl box is damaged/],
    ['with a media box that is too large', () => withNumber(film(), 'mdat', 0, 99_999), /mdat box ends/],
    ['that does not describe its pictures', () => withNumber(film(), 'stsd', 16, 20), /describe its pictures|damaged/],
    ['with an empty index', () => Buffer.concat([FTYP, box('moov'), box('mdat', media(99))]), /no picture track/],
    ['that is an error page', () => Buffer.from('<!doctype html><title>Not found</title>'), /start with an ftyp/],
    [
      'that is an error page with the first box of a film',
      () => Buffer.concat([FTYP, Buffer.from('<html>')]),
      /no moov/,
    ],
    ['that is a film of no bytes', () => Buffer.alloc(0), /empty/],
    ...['stsc', 'stco', 'stsd'].map((type): [string, () => Buffer, RegExp] => [
      `without its ${type} table`,
      () => without(film(), type),
      /does not say|describe its pictures/,
    ]),
    ['without its stsz table', () => without(film(), 'stsz'), /holds no picture|more samples/],
  ];
  test.each(cases)('%s', async (_name, make, problem) => {
    expect(await inspect(make())).toEqual({ media: {}, problem: expect.stringMatching(problem) });
  });
});

describe('a film in fragments is refused', () => {
  const runs = (...sizes: number[]) => fragmentedFilm({ fragments: [[{ track: 1, sizes }]] });
  const cases: Array<[string, () => Buffer, RegExp]> = [
    ['of which only the index came', () => cutBehind(fragmentedFilm(), 'moov'), /no mdat/],
    [
      'of which only the index came, before media of nothing',
      () => Buffer.concat([cutBehind(fragmentedFilm(), 'moov'), box('mdat', media(99))]),
      /holds no picture/,
    ],
    ["cut behind a fragment's head", () => cutBehind(fragmentedFilm(), 'moof', 1), BEYOND],
    ['cut behind the head of the first fragment', () => cutBehind(fragmentedFilm(HYBRID), 'moof'), BEYOND],
    ["of ffmpeg cut behind a fragment's head", () => cutBehind(committed('hybrid.mp4'), 'moof', 1), BEYOND],
    ['cut within an endless end', () => cutEndless(fragmentedFilm(), 1), BEYOND],
    [
      'placed one behind the other, cut within an endless end',
      () => cutEndless(fragmentedFilm({ base: 'implied' }), 1),
      BEYOND,
    ],
    [
      'placed within the file, cut within an endless end',
      () => cutEndless(fragmentedFilm({ base: 'file' }), 1),
      BEYOND,
    ],
    ['begun in its index, cut within an endless end', () => cutEndless(fragmentedFilm(HYBRID), 1), BEYOND],
    [
      'cut in the last fragment of its segment index',
      () => cutBehind(fragmentedFilm({ hasSidx: true }), 'mdat', 1),
      /segment index names/,
    ],
    [
      'cut within the size of the next box',
      () => Buffer.concat([fragmentedFilm(), u32(99).subarray(0, 3)]),
      /as if another/,
    ],
    [
      'cut within the name of the next box',
      () => Buffer.concat([fragmentedFilm(), u32(99), Buffer.from('mo')]),
      /as if another/,
    ],
    ['whose fragments have another name', () => renamed(fragmentedFilm(), 'moof', 'xoof'), /no picture/],
    [
      'begun in its index, whose fragments have another name',
      () => renamed(fragmentedFilm(HYBRID), 'moof', 'free'),
      /no index names/,
    ],
    [
      'of ffmpeg whose fragments have another name',
      () => renamed(committed('hybrid.mp4'), 'moof', 'skip'),
      /no index names/,
    ],
    [
      'whose middle fragment has another name',
      () => renamed(fragmentedFilm(HYBRID), 'moof', 'xoof', 1),
      /no index names/,
    ],
    [
      'whose fragment has a name of no characters',
      () => renamed(fragmentedFilm(HYBRID), 'moof', '\0\x01\x02\x03', 0),
      /no index names|is no box/,
    ],
    ['of a track that there is not', () => fragmentedFilm({ fragments: [[{ track: 9, sizes: [1] }]] }), /track 9/],
    ['without samples', () => runs(), /no picture/],
    ['with empty pictures only', () => runs(0, 0), /no picture/],
    ['with a sample beyond its end', () => withNumber(runs(9, 9), 'trun', 24, 99_999), BEYOND],
    ['with a run before its start', () => withNumber(runs(9, 9), 'trun', 16, -99_999), BEYOND],
    ['with a run behind its end', () => withNumber(runs(9, 9), 'trun', 16, 99_999), BEYOND],
    ['with a run that does not fit into its box', () => withNumber(runs(9, 9), 'trun', 12, 99), TOO_SMALL],
    [
      'with four billion samples alike',
      () =>
        withNumber(fragmentedFilm({ isAlike: true, fragments: [[{ track: 1, sizes: [5] }]] }), 'trun', 12, 0xffffffff),
      /more than it has bytes/,
    ],
    ['with a head that is too short', () => withNumber(without(runs(9), 'trun'), 'tfhd', 8, 0x3b), /too short/],
    ['whose run says nothing of its track', () => without(runs(9), 'tfhd'), /whose samples/],
    [
      'with an error page in place of its end',
      () => Buffer.concat([fragmentedFilm(), Buffer.from('<html><body>502 Bad Gateway')]),
      /error page/,
    ],
    [
      'with an error of the store in place of its end',
      () => Buffer.concat([fragmentedFilm(), Buffer.from('<?xml version="1.0"?><Error><Code>X</Code></Error>')]),
      /error page/,
    ],
    [
      'with a message in place of its end',
      () => Buffer.concat([fragmentedFilm(), Buffer.from('{"error":{"code":"Timeout"}}')]),
      /error page/,
    ],
    [
      'with binary data in place of its end',
      () => Buffer.concat([fragmentedFilm(), media(99), u32(1, 2, 3)]),
      /is no box/,
    ],
  ];
  test.each(cases)('%s', async (_name, make, problem) => {
    expect(await inspect(make())).toEqual({ media: {}, problem: expect.stringMatching(problem) });
  });
});

describe('a table', () => {
  const everyTable = film({
    tracks: [
      { ...PICTURES, shifts: [[6, 0]] },
      { ...SOUND, isLarge: true, sizeTable: 8 },
    ],
  });
  const tables: Array<[type: string, offset: number]> = [
    ...['stts', 'ctts', 'stsc', 'stco', 'co64'].map((type): [string, number] => [type, 12]),
    ['stsz', 16],
    ['stz2', 16],
  ];
  const counts = [0xffffffff, 0x80000000, 0x7fffffff, 0x01000000];
  test.each(tables)('%s that claims more entries than its box has is refused', async (type, offset) => {
    for (const count of counts) {
      const { problem } = await inspect(withNumber(everyTable, type, offset, count));
      expect(problem, `${count}`).toMatch(/too small|more than it has bytes/);
    }
  });

  test('of places to seek to is held to the same', async () => {
    const stss = box('stss', u32(0, 1, 1));
    const file = film();
    const { start } = findBox(file, 'stsc');
    // In place of a box of at least that size, so that nothing moves.
    const ctts = film({ tracks: [{ ...PICTURES, shifts: [[6, 0]] }, SOUND] });
    const seekable = Buffer.from(ctts);
    box('stss', u32(0, 1, 1), [0, 0, 0, 0]).copy(seekable, findBox(ctts, 'ctts').start);
    expect(start).toBeGreaterThan(stss.length);
    expect(await inspect(seekable)).toMatchObject({ media: { height: HEIGHT } });
    expect((await inspect(withNumber(seekable, 'stss', 12, 0xffffffff))).problem).toMatch(TOO_SMALL);
  });
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
    expect((await inspect(Buffer.concat([FTYP, box('mdat', media(100)), moov]))).problem).toMatch(/where its index is/);
  });
});
