import { describe, expect, it } from 'vitest';
import { closeSubmission } from '#lib/jobs/record/history.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { daySpending, daySpendingNeeds, spendingTotalsOf } from '#lib/jobs/spending/day-totals.ts';
import { HALF_DOLLAR, intentAt, jobRecord } from '../../fixtures/records/job-records.ts';

const TODAY = '2026-11-21T23:59:59.999Z';
const TOMORROW = '2026-11-22T00:00:00.000Z';
const nowMs = Date.parse(TODAY);
const running = jobRecord({ intent: intentAt(TODAY), taskId: 't', status: 'generating' });

/** A step of a store with just this record. */
function spendingOf(record: JobRecord, atMs = nowMs) {
  const totals = spendingTotalsOf(record);
  return daySpending({ total: (name) => totals[name] ?? 0 }, atMs);
}

describe('the spending of a day', () => {
  it.each<[string, JobRecord, number, number]>([
    ['a record that never submitted', jobRecord(), 0, 0],
    ['a running task', running, 0.5, 0],
    [
      'a refused one',
      jobRecord({ intent: intentAt(TODAY), taskId: 't', errorCode: 'rejected', status: 'failed' }),
      0,
      0,
    ],
    ['one of unknown price', jobRecord({ intent: intentAt(TODAY, { estimate: { usd: null, units: 5 } }) }), 0, 1],
    ['one before it on the same day', { ...running, ...closeSubmission(running), intent: intentAt(TODAY) }, 1, 0],
    ['a day before', { ...running, intent: intentAt('2026-11-20T10:00:00.000Z') }, 0, 0],
    ['parts of a cent', jobRecord({ intent: intentAt(TODAY, { estimate: { usd: 0.000_000_1, units: 1 } }) }), 1e-7, 0],
  ])('is that of %s', (_name, record, usd, unpriced) => {
    expect(spendingOf(record)).toEqual({ usd, unpriced });
  });

  it('ends at midnight UTC', () => {
    expect(spendingOf(running, Date.parse(TOMORROW))).toEqual({ usd: 0, unpriced: 0 });
  });

  it('names the totals of this day and the next: an update may wait over midnight', () => {
    const names = daySpendingNeeds(nowMs);
    for (const atMs of [nowMs, Date.parse(TOMORROW)]) {
      const asked: string[] = [];
      const total = (name: string) => asked.push(name);
      daySpending({ total }, atMs);
      expect(names).toEqual(expect.arrayContaining(asked));
    }
  });

  it('adds whole numbers, whatever stands in the record: a sum of them never drifts', () => {
    for (const usd of [0.1, 0.2 + 0.1, 1 / 3, 1e-12, 1e300]) {
      const estimate = { ...HALF_DOLLAR, usd };
      const totals = spendingTotalsOf(jobRecord({ intent: intentAt(TODAY, { estimate }) }));
      expect(Object.values(totals).every(Number.isSafeInteger)).toBe(true);
    }
  });
});
