import { describe, test } from 'vitest';
import {
  BEYOND,
  expectFragments,
  expectRefused,
  type FragmentsCase,
  HYBRID,
  type RefusedCase,
  TOO_SMALL,
  without,
} from '../../../fixtures/mp4/film-cases.ts';
import { box, fragmentedFilm, media, RUNS } from '../../../fixtures/mp4/mp4-builder.ts';
import { cutBehind, withNumber } from '../../../fixtures/mp4/mp4-surgery.ts';

const alike = RUNS.map((runs) => runs.map((run) => ({ ...run, sizes: run.sizes.map(() => 33) })));
const runs = (...sizes: number[]) => fragmentedFilm({ fragments: [[{ track: 1, sizes }]] });

describe('a whole film in fragments', () => {
  const cases: FragmentsCase[] = [
    ['all of it', () => fragmentedFilm(), 1.5],
    ['begun in its index', () => fragmentedFilm({ tracks: HYBRID.tracks }), 2.5],
    ['placed within the file', () => fragmentedFilm({ base: 'file' }), 1.5],
    ['placed one behind the other', () => fragmentedFilm({ base: 'implied' }), 1.5],
    ['of samples that are alike', () => fragmentedFilm({ fragments: alike, isAlike: true }), 1.5],
    ['announced, and none came', () => fragmentedFilm({ tracks: HYBRID.tracks, fragments: [] }), 1],
    ['of which one holds nothing', () => fragmentedFilm({ fragments: [...RUNS, [{ track: 1, sizes: [] }]] }), 1.5],
  ];
  test.each(cases)('%s', async (_name, make, seconds, isClosed) => expectFragments(make(), seconds, isClosed));
});

describe('a film in fragments is refused', () => {
  const cases: RefusedCase[] = [
    [
      'of which only the index came, before media of nothing',
      () => Buffer.concat([cutBehind(fragmentedFilm(), 'moov'), box('mdat', media(99))]),
      /contains no frames/,
    ],
    ['of a track that there is not', () => fragmentedFilm({ fragments: [[{ track: 9, sizes: [1] }]] }), /track 9/],
    ['without samples', () => runs(), /no frames/],
    ['with empty pictures only', () => runs(0, 0), /no frames/],
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
    ['whose run says nothing of its track', () => without(runs(9), 'tfhd'), /does not name its track/],
  ];
  test.each(cases)('%s', async (_name, make, problem) => expectRefused(make(), problem));
});
