import { describe, expect, test } from 'vitest';
import { durationSecondsOf, readEdits } from '#lib/capture/formats/mp4/edits.server.ts';
import { Timeline } from '#lib/capture/formats/mp4/timeline.ts';
import {
  expectFragments,
  expectNoted,
  expectWhole,
  type FragmentsCase,
  type NotedCase,
  pictures,
  type WholeCase,
} from '../../../fixtures/mp4/film-cases.ts';
import { box, fragmentedFilm, PICTURES, SOUND, u32, u64 } from '../../../fixtures/mp4/mp4-builder.ts';
import { fileOf } from '../../../fixtures/mp4/mp4-in-memory.ts';
import { withNumber } from '../../../fixtures/mp4/mp4-surgery.ts';

describe('a whole film', () => {
  const cases: WholeCase[] = [
    [
      'shown later by an edit list',
      () =>
        pictures({
          edits: [
            [500, -1],
            [1000, 0],
          ],
        }),
      { durationSeconds: 1.5 },
    ],
    ['cut by an edit list', () => pictures({ edits: [[400, 0]] }), { durationSeconds: 0.4 }],
    [
      'shown twice by an edit list',
      () =>
        pictures({
          edits: [
            [1000, 0],
            [1000, 0],
          ],
        }),
      { durationSeconds: 2 },
    ],
    ['begun late by an edit list', () => pictures({ edits: [[0, 300]] }), { durationSeconds: 0.5 }],
  ];
  test.each(cases)('%s', async (_name, make, changes) => expectWhole(make(), changes));
});

describe('a whole film in fragments', () => {
  const cases: FragmentsCase[] = [
    [
      'begun in its index, whose edit list ends there',
      () => fragmentedFilm({ tracks: [{ ...PICTURES, edits: [[1000, 0]] }, SOUND] }),
      2.5,
    ],
  ];
  test.each(cases)('%s', async (_name, make, seconds, isClosed) => expectFragments(make(), seconds, isClosed));
});

describe('a whole film with an oddity keeps it, with a note', () => {
  const cases: NotedCase[] = [
    [
      'an edit list that is too long',
      () => withNumber(pictures({ edits: [[1000, 0]] }), 'elst', 12, 99),
      /elst table claims 99/,
    ],
  ];
  test.each(cases)('%s', async (_name, make, note) => expectNoted(make(), note));
});

test('an edit list with times of 64 bits reads like one of 32', async () => {
  const pieces: Array<[duration: number, mediaTime: number]> = [
    [500, -1],
    [1000, 20],
    [300, 40],
  ];
  const rate = u32(0x10000);
  const small = box('elst', u32(0, 3), ...pieces.map((piece) => Buffer.concat([u32(piece), rate])));
  const large = box('elst', u32(0x1000000, 3), ...pieces.map((piece) => Buffer.concat([u64(...piece), rate])));
  for (const elst of [small, large]) {
    const edts = box('edts', elst);
    const outer = { type: 'edts', start: 0, contentStart: 8, end: edts.length };
    expect(await readEdits(fileOf(edts).file, outer, () => {})).toEqual({
      earlier: 1500,
      last: { mediaTime: 40, duration: 300 },
    });
  }
});

describe('the seconds of a track', () => {
  const timeline = new Timeline();
  timeline.add(10, 60, 0);
  const edit = (mediaTime: number, duration: number, earlier = 0) => ({ earlier, last: { mediaTime, duration } });

  test.each([
    ['without an edit list', undefined, 1000, false, 1],
    ['where the movie has no timescale', edit(0, 500), 0, false, 1],
    ['that are cut', edit(0, 500), 1000, false, 0.5],
    ['that are cut only by rounding', edit(1, 998), 1000, false, 599 / 600],
    ['that a longer edit does not make longer', edit(0, 5000), 1000, false, 1],
    ['behind a gap', edit(0, 0, 250), 1000, false, 1.25],
    ['begun late', edit(300, 0), 1000, false, 0.5],
    ['begun behind their end', edit(900, 0), 1000, false, 0],
    ['whose edits were written before its fragments', edit(0, 500), 1000, true, 1],
  ])('%s', (_name, edits, movieTimescale, isFragmented, seconds) => {
    expect(durationSecondsOf({ timeline, timescale: 600, edits }, movieTimescale, isFragmented)).toBe(seconds);
  });

  test('are no number where there is no sample', () => {
    expect(
      durationSecondsOf({ timeline: new Timeline(), timescale: 600, edits: undefined }, 1000, false),
    ).not.toBeGreaterThan(0);
  });
});
