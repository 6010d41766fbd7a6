import { describe, expect, it, vi } from 'vitest';
import { reportSpending } from '#lib/jobs/spending/report.ts';
import { HALF_DOLLAR, intentAt, jobRecord } from '../../fixtures/records/job-records.ts';
import { HOSTILE } from '../../fixtures/wrong-types.ts';

const at = (day: string) => `2026-11-${day}T10:00:00.000Z`;
const past = (day: string, outcome: 'delivered' | 'expired' | 'refused', usd: number | null) => ({
  at: at(day),
  outcome,
  model: 'a',
  estimate: { ...HALF_DOLLAR, usd },
});

it('sums by day, model and group, with what was lost on its own line and the free left out', () => {
  const records = [
    jobRecord({
      model: 'b',
      intent: intentAt(at('21')),
      taskId: 't',
      status: 'generating',
      spot: 'x',
      history: [past('20', 'delivered', 0.4)],
    }),
    jobRecord({
      spot: 'y',
      history: [past('20', 'expired', 0.3), past('20', 'refused', 0.9), past('21', 'delivered', null)],
    }),
  ];
  const report = reportSpending(records, (record) => String(record.spot));
  const plain = (line: { name: string; submissions: number; usd: number; unpriced: number }) => [
    line.name,
    line.submissions,
    line.usd,
    line.unpriced,
  ];
  expect(plain(report.total)).toEqual(['total', 4, 1.2, 1]);
  expect(report.byDay.map(plain)).toEqual([
    ['2026-11-20', 2, 0.7, 0],
    ['2026-11-21', 2, 0.5, 1],
  ]);
  expect(report.byModel.map(plain)).toEqual([
    ['a', 3, 0.7, 1],
    ['b', 1, 0.5, 0],
  ]);
  expect(report.byGroup.map(plain)).toEqual([
    ['x', 2, 0.9, 0],
    ['y', 2, 0.3, 1],
  ]);
  expect(plain(report.lost)).toEqual(['lost or unclear', 1, 0.3, 0]);
  expect(plain(report.inFlight)).toEqual(['in flight', 1, 0.5, 0]);
});

it('counts what was cancelled too late, or succeeded without a result, as lost or unclear', () => {
  const ran = jobRecord({ intent: intentAt(at('20')), taskId: 't', canceledAt: at('20'), status: 'failed' });
  const stopped = { ...ran, cancelConfirmed: true };
  const asked = { at: at('20'), taskId: 't', asked: {}, estimate: HALF_DOLLAR, differences: [] };
  const failed = { ...ran, canceledAt: undefined, errorCode: 'provider-failed' };
  const billed = { ...failed, receipt: { ...asked, charged: { usd: null } } };
  const free = { ...failed, receipt: { ...asked, charged: { usd: 0 } } };
  const { total, lost, inFlight } = reportSpending([ran, stopped, billed, free], () => 'x');
  expect([total, lost].map(({ submissions, usd }) => [submissions, usd])).toEqual([
    [2, 1],
    [2, 1],
  ]);
  expect(inFlight.submissions).toBe(0);
});

describe('from plain JavaScript', () => {
  const nobody = () => 'x';
  const record = jobRecord({ intent: intentAt(at('20')) });
  it.each<[string, () => unknown[], string]>([
    ['nothing', () => [], 'records must be a list of records'],
    ['an object', () => [{}, nobody], 'records must be a list of records'],
    ['no groups', () => [[record]], 'groupOf must be a function'],
    ['a record of null', () => [[record, null], nobody], 'records.1 must be a record'],
    ['a record of nothing', () => [[{}], nobody], 'records.0.status must be text'],
    ['a proxy', () => [[HOSTILE], nobody], 'records.0 could not be read'],
    ['a history that is none', () => [[{ ...record, history: 5 }], nobody], 'records.0.history must be a list'],
    ['a history of nothing', () => [[{ ...record, history: [null] }], nobody], 'records.0.history must be a list'],
    ['an intent without a price', () => [[{ ...record, intent: {} }], nobody], 'records.0.intent must be a submission'],
    ['a receipt of nothing', () => [[{ ...record, receipt: {} }], nobody], 'records.0.receipt must be a receipt'],
    ['a group without a name', () => [[record], () => undefined], 'The result of groupOf must be text'],
  ])('%s is `invalid-input`', (_what, given, named) => {
    const report = () => (reportSpending as (...given: unknown[]) => unknown)(...given());
    expect(report).toThrow(expect.objectContaining({ name: 'ReelError', code: 'invalid-input' }));
    expect(report).toThrow(named);
  });
});

describe('with thousands of records', { timeout: 120_000 }, () => {
  it.each([1000, 8000])('looks at each of %d a fixed number of times, whatever they are grouped by', (count) => {
    const records = Array.from({ length: count }, (_, index) => {
      const day = new Date(Date.UTC(2000, 0, 1) + index * 86_400_000).toISOString();
      return jobRecord({ intent: intentAt(day), taskId: 't', status: 'ready', model: `m${index}`, name: `n${index}` });
    });
    const looks = countFiltered();
    let asked = 0;
    const { byDay, byModel, byGroup } = reportSpending(records, ({ name }) => {
      asked += 1;
      return String(name);
    });
    expect([byDay.length, byModel.length, byGroup.length, asked]).toEqual([count, count, count, count]);
    expect(looks() / count).toBeLessThan(15);
  });

  /** How many elements `filter` looks at from now on: a sum made by filtering all lines for each group shows here. */
  function countFiltered(): () => number {
    let looks = 0;
    const filter: (this: unknown[], ...given: [never]) => unknown[] = Array.prototype.filter;
    const spy = vi.spyOn(Array.prototype, 'filter').mockImplementation(function (this: unknown[], ...given) {
      looks += this.length;
      return Reflect.apply(filter, this, given);
    });
    return () => {
      spy.mockRestore();
      return looks;
    };
  }
});
