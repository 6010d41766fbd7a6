import { expect, it } from 'vitest';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { reportSpending } from '#lib/jobs/spending/report.ts';
import { SpendTally } from '#lib/jobs/spending/tally.ts';
import { intentAt, jobRecord } from '../../fixtures/records/job-records.ts';

const TODAY_MS = Date.UTC(2026, 10, 21, 12);

/** The sums as a report of all records has them. */
function reported(records: JobRecord[]) {
  const { total, byDay, lost, inFlight } = reportSpending(records, () => 'all');
  const todayUsd = byDay.find(({ name }) => name === '2026-11-21')?.usd ?? 0;
  return { totalUsd: total.usd, todayUsd, lostUsd: lost.usd, inFlightUsd: inFlight.usd, unpriced: total.unpriced };
}

/** Records of every kind of outcome, with prices that no binary fraction holds. */
function records(count: number): JobRecord[] {
  const fates: Array<Partial<JobRecord>> = [
    { status: 'ready', taskId: 't' },
    { status: 'generating', taskId: 't' },
    { status: 'failed', taskId: 't', errorCode: 'expired' },
    { status: 'failed', taskId: 't', errorCode: 'rejected' },
    { status: 'failed', errorCode: 'unknown-outcome' },
  ];
  return Array.from({ length: count }, (_, index) => {
    const usd = index % 7 === 0 ? null : (index % 13) * 0.1 + 0.033_333;
    const at = index % 2 === 0 ? '2026-11-21T01:00:00.000Z' : '2026-11-20T01:00:00.000Z';
    const history = [{ at, outcome: 'delivered' as const, model: 'a', estimate: { usd: 0.07, units: 1 } }];
    const intent = intentAt(at, { estimate: { usd, units: 1 } });
    return jobRecord({ ...fates[index % fates.length], intent, ...(index % 3 === 0 && { history }) });
  });
}

it('says what a report of all records says, however they came and changed', () => {
  const tally = new SpendTally();
  const all = records(500);
  for (const [index, record] of all.entries()) tally.set(`key-${index}`, record);
  expect(tally.sums(TODAY_MS)).toEqual(reported(all));
  for (const [index, record] of all.entries()) {
    const next = index % 4 === 0 ? undefined : { ...record, status: 'ready' as const, taskId: 'another' };
    tally.set(`key-${index}`, next);
    if (next) all[index] = next;
    else delete all[index];
  }
  expect(tally.sums(TODAY_MS)).toEqual(reported(all.filter((one) => one !== undefined)));
});

it('comes back to nothing, without a rest', () => {
  const tally = new SpendTally();
  for (let round = 0; round < 1000; round += 1)
    tally.set('key', jobRecord({ status: 'ready', intent: intentAt('2026-11-21T01:00:00.000Z') }));
  tally.set('key', undefined);
  expect(tally.sums(TODAY_MS)).toEqual(reported([]));
});

it('begins a new day at midnight UTC without being told', () => {
  const tally = new SpendTally();
  tally.set('key', jobRecord({ status: 'ready', intent: intentAt('2026-11-21T23:59:59.000Z') }));
  expect(tally.sums(Date.UTC(2026, 10, 21, 23, 59, 59)).todayUsd).toBe(0.5);
  expect(tally.sums(Date.UTC(2026, 10, 22))).toMatchObject({ todayUsd: 0, totalUsd: 0.5 });
});
