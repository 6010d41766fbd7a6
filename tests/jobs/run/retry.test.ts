import { describe, expect, it } from 'vitest';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { MOST_RETRIES, nextTry, retriesAfterFailure } from '#lib/jobs/run/retry.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 21);
const iso = (sinceStartMs: number) => new Date(START_MS + sinceStartMs).toISOString();

/** A task that fails at every try, as soon as the next one is due. @returns when each failed, in ms since the start */
function failedTries(fields: Partial<JobRecord>, untilMs: number): { atMs: number[]; retries: JobRecord['retries'] } {
  const atMs: number[] = [];
  let nowMs = START_MS;
  let retries: JobRecord['retries'];
  while (nowMs < START_MS + untilMs && nextTry({ ...fields, retries }, nowMs) === 'now') {
    atMs.push(nowMs - START_MS);
    retries = retriesAfterFailure({ ...fields, retries }, { now: () => nowMs, random: () => 1 });
    nowMs = retries?.nextAt === undefined ? nowMs : Date.parse(retries.nextAt);
  }
  return { atMs, retries };
}

describe('the tries of a paid task', () => {
  it('go on until its deadline, at most half an hour apart', () => {
    const { atMs } = failedTries({ taskId: 't', expiresAt: iso(24 * HOUR_MS) }, 24 * HOUR_MS);
    const gaps = atMs.slice(1).map((ms, index) => ms - (atMs[index] ?? 0));
    expect(atMs.length).toBeGreaterThan(48);
    expect(gaps[0]).toBe(30_000);
    expect(Math.max(...gaps)).toBe(30 * MINUTE_MS);
    // The last one is not half an hour before the end.
    expect(24 * HOUR_MS - (atMs.at(-1) ?? 0)).toBeLessThanOrEqual(MINUTE_MS);
  });

  it('end with one after the deadline, which learns what became of it', () => {
    const { atMs, retries } = failedTries({ taskId: 't', expiresAt: iso(24 * HOUR_MS) }, 99 * HOUR_MS);
    expect(atMs.filter((ms) => ms >= 24 * HOUR_MS)).toHaveLength(1);
    expect(retries?.nextAt).toBeUndefined();
  });

  it('go on where no deadline is known', () => {
    expect(failedTries({ taskId: 't' }, 48 * HOUR_MS).atMs.length).toBeGreaterThan(90);
  });
});

describe('the tries of what may never have been bought', () => {
  it('are counted', () => {
    const { atMs, retries } = failedTries({}, 99 * HOUR_MS);
    expect(atMs).toHaveLength(MOST_RETRIES);
    expect(nextTry({ retries }, START_MS + 999 * HOUR_MS)).toBe('over');
  });

  it('go on for as long as the provider would list a task that was made and not answered', () => {
    const estimate = { usd: 0.5, units: 5 };
    const intent = { requestHash: 'h', attempt: 1, at: iso(0), estimate, listedUntil: iso(24 * HOUR_MS) };
    const { atMs } = failedTries({ intent }, 99 * HOUR_MS);
    expect(atMs.at(-1)).toBeGreaterThan(23 * HOUR_MS);
    expect(atMs.at(-1)).toBeLessThan(25 * HOUR_MS);
  });
});

describe('the next try', () => {
  it.each<[string, Partial<JobRecord>, string]>([
    ['of what never failed', {}, 'now'],
    ['that is not due', { retries: { count: 1, nextAt: iso(1) } }, 'later'],
    ['that a clock far ahead has planned', { retries: { count: 1, nextAt: iso(24 * HOUR_MS) } }, 'now'],
    ['that is due', { retries: { count: 1, nextAt: iso(0) } }, 'now'],
    ['of a record without a time', { retries: { count: 1 } }, 'now'],
    ['of a task past its deadline', { taskId: 't', expiresAt: iso(-1), retries: { count: MOST_RETRIES } }, 'over'],
    ['of a task before its deadline', { taskId: 't', expiresAt: iso(1), retries: { count: MOST_RETRIES } }, 'now'],
  ])('%s: %s', (_name, fields, expected) => {
    expect(nextTry(fields, START_MS)).toBe(expected);
  });
});
