import { describe, test } from 'vitest';
import {
  expectNoted,
  expectRefused,
  expectWhole,
  type NotedCase,
  pictures,
  type RefusedCase,
  type WholeCase,
} from '../../../fixtures/mp4/film-cases.ts';
import { film } from '../../../fixtures/mp4/mp4-builder.ts';
import { withNumber } from '../../../fixtures/mp4/mp4-surgery.ts';

describe('a whole film', () => {
  const cases: WholeCase[] = [
    [
      'shown in another order',
      () =>
        pictures({
          shifts: [
            [1, 200],
            [1, 400],
            [4, 200],
          ],
          edits: [[1000, 200]],
        }),
      { durationSeconds: 1 },
    ],
  ];
  test.each(cases)('%s', async (_name, make, changes) => expectWhole(make(), changes));
});

describe('a whole film with an oddity keeps it, with a note', () => {
  const cases: NotedCase[] = [['too few durations', () => withNumber(film(), 'stts', 16, 5), /no duration for 1 of 6/]];
  test.each(cases)('%s', async (_name, make, note) => expectNoted(make(), note));
});

describe('a film is refused', () => {
  const cases: RefusedCase[] = [
    ['with more durations than samples', () => withNumber(film(), 'stts', 16, 7), /more samples/],
    [
      'with more display times than samples',
      () => withNumber(pictures({ shifts: [[6, 1]] }), 'ctts', 16, 7),
      /more samples/,
    ],
  ];
  test.each(cases)('%s', async (_name, make, problem) => expectRefused(make(), problem));
});
