import { describe, expect, it } from 'vitest';
import { closeSubmission } from '#lib/jobs/record/history.ts';
import { spendingOf } from '#lib/jobs/record/outcome.ts';
import { assertBudget } from '#lib/jobs/spending/budget.ts';
import { HALF_DOLLAR, intentAt, jobRecord } from '../../fixtures/records/job-records.ts';

const TODAY = '2026-11-21T10:00:00.000Z';
const intent = intentAt(TODAY);
const charged = { usd: 0.75, units: 5 };
const receipt = { at: TODAY, taskId: 't', asked: {}, estimate: HALF_DOLLAR, charged, differences: [] };
const free = { ...receipt, charged: { usd: 0 } };
const unclear = { ...receipt, charged: { usd: null } };

describe('spendingOf', () => {
  it.each([
    ['a record that never submitted', {}, []],
    ['a running task', { intent, taskId: 't', status: 'generating' as const }, [['in-flight', 0.5]]],
    ['a lost answer', { intent, status: 'generating' as const }, [['in-flight', 0.5]]],
    ['a lost answer given up', { intent, errorCode: 'unknown-outcome' }, [['unknown', 0.5]]],
    [
      'a delivered video: what was charged',
      { intent, taskId: 't', status: 'ready' as const, receipt },
      [['delivered', 0.75]],
    ],
    ['a refused video', { intent, taskId: 't', errorCode: 'rejected', status: 'failed' as const }, [['failed', 0]]],
    ['an expired video', { intent, taskId: 't', errorCode: 'expired', status: 'failed' as const }, [['expired', 0.5]]],
    [
      'a task that was not found, and is looked for again',
      { intent, taskId: 't', errorCode: 'expired', status: 'failed' as const, retries: { count: 1, nextAt: TODAY } },
      [['in-flight', 0.5]],
    ],
    ['a stopped task', { intent, taskId: 't', cancelConfirmed: true, canceledAt: TODAY }, [['canceled', 0]]],
    [
      'a task that was cancelled, and that the provider may go on with',
      { intent, taskId: 't', canceledAt: TODAY, errorCode: 'aborted', status: 'failed' as const },
      [['unknown', 0.5]],
    ],
    [
      'a lost answer that was cancelled',
      { intent, canceledAt: TODAY, errorCode: 'aborted', status: 'failed' as const },
      [['unknown', 0.5]],
    ],
    [
      'a task that failed',
      { intent, taskId: 't', errorCode: 'provider-failed', status: 'failed' as const, receipt: free },
      [['failed', 0]],
    ],
    [
      'a task that failed by what it was given',
      { intent, taskId: 't', errorCode: 'invalid-input', status: 'failed' as const, receipt: free },
      [['failed', 0]],
    ],
    [
      'a task that succeeded without a link: billed, as far as anybody knows',
      { intent, taskId: 't', errorCode: 'provider-failed', status: 'failed' as const, receipt: unclear },
      [['unknown', 0.5]],
    ],
    [
      'a failure of which no receipt tells',
      { intent, taskId: 't', errorCode: 'provider-failed', status: 'failed' as const },
      [['unknown', 0.5]],
    ],
    [
      'a failed try of a task that is still to be had',
      { intent, taskId: 't', errorCode: 'network', status: 'failed' as const },
      [['in-flight', 0.5]],
    ],
  ])('%s', (_name, fields, expected) => {
    expect(spendingOf(jobRecord(fields)).map((line) => [line.outcome, line.usd])).toEqual(expected);
  });

  it('keeps what a closed submission cost, beside the next one', () => {
    const delivered = jobRecord({ intent, taskId: 't', status: 'ready', receipt });
    const again = {
      ...delivered,
      ...closeSubmission(delivered),
      intent: intentAt(TODAY),
      status: 'generating' as const,
    };
    expect(spendingOf(again).map((line) => [line.outcome, line.usd])).toEqual([
      ['delivered', 0.75],
      ['in-flight', 0.5],
    ]);
  });

  it('says null, not 0, for a price that nobody knows', () => {
    const unpriced = jobRecord({ intent: intentAt(TODAY, { estimate: { usd: null, units: 5 } }), taskId: 't' });
    expect(spendingOf(unpriced)[0]?.usd).toBeNull();
  });
});

describe('assertBudget', () => {
  const nothing = { usd: 0, unpriced: 0 };
  const spentToday = { usd: 0.5, unpriced: 0 };

  it.each([
    ['no limit', undefined, spentToday, 0],
    ['room for exactly one more', 1, spentToday, 0],
    ['a day on which nothing was spent', 0.5, nothing, 0],
  ])('allows: %s', (_name, budgetUsd, spent, thisRun) => {
    expect(() => assertBudget(spent, HALF_DOLLAR, budgetUsd, thisRun)).not.toThrow();
  });

  it.each([
    ['a budget of zero', 0, nothing, 0, /\$0\.00 of the budget of \$0\.00 is left\./],
    ['a day that is used up', 0.99, spentToday, 0, /\$0\.49 of the budget of \$0\.99 is left\./],
    [
      'a day with unknown prices in it',
      0.99,
      { usd: 0.5, unpriced: 2 },
      0,
      /is left, not counting 2 of today's submissions/,
    ],
    [
      'a run that is used up, though the day has just begun',
      0.9,
      nothing,
      0.5,
      /\$0\.40 of the budget of \$0\.90 is left/,
    ],
  ])('refuses: %s', (_name, budgetUsd, spent, thisRun, message) => {
    expect(() => assertBudget(spent, HALF_DOLLAR, budgetUsd, thisRun)).toThrow(
      expect.objectContaining({ code: 'budget', billable: 'no', message: expect.stringMatching(message) }),
    );
  });

  it('refuses an unknown price under any limit: it could be any amount', () => {
    const unknown = { usd: null, units: 5 };
    expect(() => assertBudget(nothing, unknown, 100)).toThrow(/price of this model is unknown/);
    expect(() => assertBudget(nothing, unknown, undefined)).not.toThrow();
  });

  it('says what to do, and knows no provider’s setting', () => {
    expect(() => assertBudget(spentToday, HALF_DOLLAR, 0.6)).toThrow(/Raise the budget/);
    expect(() => assertBudget(spentToday, HALF_DOLLAR, 0.6)).not.toThrow(/[A-Z]_[A-Z]/);
  });

  it('refuses a free submission under a budget of zero: zero means none', () => {
    expect(() => assertBudget(nothing, { usd: 0, units: 5 }, 0)).toThrow(/Nothing was submitted/);
  });
});
