import { describe, expect, it } from 'vitest';
import type { JobRecord, PastSubmission } from '#lib/jobs/record/job-record.ts';
import { FREE_OUTCOMES, spendingOf } from '#lib/jobs/record/outcome.ts';
import { HALF_DOLLAR, intentAt, jobRecord } from '../../fixtures/records/job-records.ts';

const AT = '2026-11-21T00:00:00.000Z';
const charged = { usd: 0.4, units: 4 };
const receiptOf = (taskId: string) => ({
  ...{ at: AT, taskId, asked: {}, estimate: HALF_DOLLAR, charged, differences: [] },
});
const sums = (fields: Partial<JobRecord>) => spendingOf(jobRecord(fields)).map(({ usd, units }) => [usd, units]);

describe('what a record has cost', () => {
  it('is nothing before the first submission', () => {
    expect(spendingOf(jobRecord())).toEqual([]);
  });

  it.each<[string, Partial<JobRecord>, [number | null, number]]>([
    ['what was charged', { status: 'ready', taskId: 't', receipt: receiptOf('t') }, [0.4, 4]],
    ['the estimate, where the receipt is of another task', { taskId: 't', receipt: receiptOf('s') }, [0.5, 5]],
    ['the estimate, while it runs', { status: 'generating', taskId: 't' }, [0.5, 5]],
    ['the estimate, where nobody knows whether it was accepted', { status: 'generating' }, [0.5, 5]],
    ['nothing for a task that was refused', { status: 'failed', errorCode: 'rejected', taskId: 't' }, [0, 0]],
    [
      'the estimate for one that failed, which may be billed',
      { status: 'failed', errorCode: 'timeout', taskId: 't' },
      [0.5, 5],
    ],
  ])('is %s', (_what, fields, line) => {
    expect(sums({ intent: intentAt(AT), ...fields })).toEqual([line]);
  });

  it('has a line for each past submission, the oldest first', () => {
    const past = (outcome: PastSubmission['outcome'], fields: Partial<PastSubmission> = {}) => ({
      ...{ at: AT, outcome, estimate: HALF_DOLLAR },
      ...fields,
    });
    const history = [past('delivered', { charged }), past('expired'), past('unknown', { estimate: undefined })];
    const free = [...FREE_OUTCOMES].map((outcome) => past(outcome as PastSubmission['outcome'], { charged }));
    expect(sums({ history: [...history, ...free], intent: intentAt(AT), taskId: 't', status: 'generating' })).toEqual([
      ...[
        [0.4, 4],
        [0.5, 5],
        [null, 0],
      ],
      ...free.map(() => [0, 0]),
      [0.5, 5],
    ]);
  });

  it('is unknown where the price is, which is not nothing', () => {
    const estimate = { usd: null, units: 5 };
    expect(sums({ intent: intentAt(AT, { estimate }), taskId: 't', status: 'generating' })).toEqual([[null, 5]]);
  });
});
