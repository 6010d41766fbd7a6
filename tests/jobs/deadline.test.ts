import { describe, expect, it } from 'vitest';
import { dueWarnings } from '#lib/jobs/deadline.ts';

describe('dueWarnings', () => {
  it.each([
    [60, [], []],
    [50, [], [0.5]],
    [49, [0.5], []],
    [10, [0.5], [0.1]],
    [9, [0.5, 0.1], []],
    // A process that starts late tells the urgent one only.
    [5, [], [0.1]],
    [0, [], [0.1]],
  ])('with %i of 100 left and %j told, tells %j', (leftMs, told, expected) => {
    expect(dueWarnings(leftMs, 100, new Set(told))).toEqual(expected);
  });
});
