import { describe, expect, it } from 'vitest';
import { type ErrorCode, ReelError } from '#lib/base/errors.ts';
import { createPace, Pauses } from '#lib/notion/delivery/pauses.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';

const START_MS = 1_000_000;
const failure = (code: ErrorCode, retryAfterMs?: number) => new ReelError(code, code, { retryAfterMs });

describe('a failure', () => {
  it.each<[ErrorCode, number | undefined, object, number]>([
    ['rate-limited', 30_000, { nextTryMs: START_MS + 30_000, pausedUntilMs: START_MS + 30_000 }, START_MS + 30_000],
    ['rate-limited', 86_400_000, { nextTryMs: START_MS + 3_600_000 }, START_MS + 3_600_000],
    ['rate-limited', undefined, { pausedUntilMs: START_MS + 1000 }, START_MS + 1000],
    ['network', undefined, { nextTryMs: undefined }, START_MS + 1000],
    ['timeout', undefined, { nextTryMs: undefined }, START_MS + 1000],
    ['auth', undefined, { nextTryMs: START_MS + 30_000 }, START_MS + 30_000],
    ['config', undefined, { nextTryMs: START_MS + 30_000 }, START_MS + 30_000],
    ['busy', undefined, { nextTryMs: undefined }, 0],
    ['provider-failed', 5000, { nextTryMs: START_MS + 5000 }, 0],
  ])('%s, asked to wait %s: what its page waits for, and all pages', (code, retryAfterMs, page, untilMs) => {
    const pauses = new Pauses(new FakeClock(START_MS));
    expect(pauses.note(failure(code, retryAfterMs))).toMatchObject({ reason: code, ...page });
    expect(pauses.untilMs).toBe(untilMs);
  });

  it('after another one is waited out for longer, and anew after a success', () => {
    const pauses = new Pauses(new FakeClock(START_MS));
    const waits = [1, 2, 3].map(() => {
      pauses.note(failure('network'));
      return pauses.untilMs - START_MS;
    });
    expect(waits).toEqual([1000, 2000, 4000]);
    pauses.clear();
    expect(pauses.untilMs).toBe(0);
    pauses.note(failure('network'));
    expect(pauses.untilMs).toBe(START_MS + 1000);
  });
});

describe('a person in a hurry', () => {
  it.each([
    ['network', 0],
    ['rate-limited', START_MS + 1000],
  ] as const)('ends a pause of ours, and none of Notion: %s', (code, untilMs) => {
    const pauses = new Pauses(new FakeClock(START_MS));
    pauses.note(failure(code));
    pauses.hurry();
    expect(pauses.untilMs).toBe(untilMs);
  });
});

describe('the pace', () => {
  it('spaces requests evenly, and saves nothing up', async () => {
    const clock = new FakeClock(START_MS);
    const pace = createPace(clock, 4, new AbortController().signal);
    for (let nth = 0; nth < 3; nth += 1) await pace();
    clock.advance(60_000);
    for (let nth = 0; nth < 2; nth += 1) await pace();
    expect(clock.waits).toEqual([250, 250, 250]);
  });
});
