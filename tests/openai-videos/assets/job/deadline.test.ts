import { describe, expect, it } from 'vitest';
import {
  deadlineAfter,
  expiredMessage,
  isApproachingExpiration,
  isExpired,
  minutesRemaining,
  NO_END,
} from '#lib/openai-videos/assets/job/deadline.ts';

const completedAt = '2026-11-21T12:00:00.000Z';
const startMs = Date.parse(completedAt);
const MINUTE = 60_000;

describe('the deadline', () => {
  it.each([
    ['an hour', 60 * MINUTE, '2026-11-21T13:00:00.000Z'],
    ['a day', 24 * 60 * MINUTE, '2026-11-22T12:00:00.000Z'],
    ['no end', 0, NO_END],
    ['longer than times can say', 1e18, NO_END],
  ])('lies %s after completion', (_what, lifetimeMs, deadline) => {
    expect(deadlineAfter(new Date(completedAt), lifetimeMs)).toBe(deadline);
  });

  it.each([
    [0, false, false],
    [49, false, false],
    [50, false, false],
    [50.01, false, true],
    [59.99, false, true],
    [60, false, false],
    [60.01, true, false],
  ])('after %d minutes: expired %s, approaching %s', (minutes, expired, approaching) => {
    const record = { expiresAt: deadlineAfter(new Date(completedAt), 60 * MINUTE) };
    expect(isExpired(record, startMs + minutes * MINUTE)).toBe(expired);
    expect(isApproachingExpiration(record, startMs + minutes * MINUTE)).toBe(approaching);
  });

  it('never comes for a service that keeps its files', () => {
    expect(isExpired({ expiresAt: NO_END }, Date.UTC(2500, 0))).toBe(false);
  });

  it('is counted in whole minutes, never below zero', () => {
    expect(minutesRemaining(new Date(startMs + 8.9 * MINUTE), startMs)).toBe(8);
    expect(minutesRemaining(new Date(startMs), startMs + MINUTE)).toBe(0);
  });
});

describe('the message of an expired download', () => {
  it.each([
    ['lifetime', 60, undefined, 'Download window expired (>1 hour since completion)'],
    ['lifetime', 90, undefined, 'Download window expired (>1 h 30 min since completion)'],
    [
      'service',
      60,
      'the server answered 404',
      'Download window expired (the service kept it until 2026-11-21T13:00:00.000Z). Last answer: the server answered 404',
    ],
  ] as const)('by %s after %d min', (expiresBy, minutes, lastAnswer, message) => {
    const expiresAt = deadlineAfter(new Date(completedAt), minutes * MINUTE);
    expect(expiredMessage({ expiresAt, expiresBy, completedAt }, lastAnswer)).toBe(message);
  });
});
