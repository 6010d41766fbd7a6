import { describe, expect, it } from 'vitest';
import { deadlineOf, pressingDeadline, urgentOf } from '#lib/components/words/deadline-text.ts';
import { at, NOW_MS, view } from '../../fixtures/records/video-views.ts';

const MINUTE_MS = 60_000;
const due = (minutes: number, key = 'a/b') =>
  view({ key, state: 'uncaptured', submittedAt: at(-30 * MINUTE_MS), expiresAt: at(minutes * MINUTE_MS) });

describe('the time left to save a result', () => {
  it.each([
    [120, 'calm'],
    [60, 'calm'],
    [59, 'soon'],
    [10, 'soon'],
    [9.9, 'urgent'],
    [0, 'over'],
    [-5, 'over'],
  ])('of %d minutes is %s', (minutes, urgency) => {
    expect(deadlineOf(due(minutes), NOW_MS)?.urgency).toBe(urgency);
  });

  it('thins from the order on', () => {
    expect(deadlineOf(due(30), NOW_MS)?.share).toBeCloseTo(0.5);
    expect(deadlineOf(due(-5), NOW_MS)?.share).toBe(0);
    expect(deadlineOf(view({ state: 'uncaptured', expiresAt: at(12 * 60 * MINUTE_MS) }), NOW_MS)?.share).toBe(0.5);
  });

  it('is no matter where nothing can be lost', () => {
    expect(deadlineOf(view(), NOW_MS)).toBeUndefined();
    expect(deadlineOf(view({ state: 'ready', expiresAt: at(MINUTE_MS) }), NOW_MS)).toBeUndefined();
  });
});

it('warns of what dies within ten minutes, the most urgent first', () => {
  const views = [due(9, 'a/nine'), due(600, 'a/later'), due(2, 'a/two'), due(-1, 'a/dead')];
  expect(urgentOf(views, NOW_MS).map(({ key }) => key)).toEqual(['a/two', 'a/nine']);
});

it.each(['generating', 'uncaptured', 'failed'] as const)('warns whatever is said of the state: %s', (state) => {
  expect(
    urgentOf(
      [
        { ...due(9), state },
        { ...due(11, 'a/later'), state },
      ],
      NOW_MS,
    ).map(({ key }) => key),
  ).toEqual(['a/b']);
});

it.each([
  ['a result that waits', view({ state: 'uncaptured', expiresAt: at(23 * 60 * MINUTE_MS) }), true],
  ['a video being made, with a day ahead', view({ state: 'generating', expiresAt: at(23 * 60 * MINUTE_MS) }), false],
  ['a video being made, with minutes left', view({ state: 'generating', expiresAt: at(20 * MINUTE_MS) }), true],
  ['one that failed, and can still be had', view({ state: 'failed', expiresAt: at(20 * MINUTE_MS) }), true],
  ['one that failed, and is lost', view({ state: 'failed', expiresAt: at(-MINUTE_MS) }), false],
  ['one that was cancelled', view({ state: 'canceled', expiresAt: at(20 * MINUTE_MS) }), false],
])('thinks of the deadline of %s', (_what, one, isShown) => {
  expect(pressingDeadline(one, NOW_MS) !== undefined).toBe(isShown);
});
