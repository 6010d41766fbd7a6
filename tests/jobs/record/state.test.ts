import { describe, expect, it } from 'vitest';
import { type JobRecord, jobRecordSchema } from '#lib/jobs/record/job-record.ts';
import {
  isStoppedAtProvider,
  isUnfinished,
  mayGiveUp,
  mayStillDeliver,
  type RecordState,
  stateOf,
  unansweredOf,
} from '#lib/jobs/record/state.ts';
import { HALF_DOLLAR, intentAt, jobRecord } from '../../fixtures/records/job-records.ts';

const AT = '2026-11-21T10:00:00.000Z';
const nowMs = Date.parse('2026-11-21T12:00:00.000Z');
const DAY_MS = 24 * 3_600_000;

const FIELDS = {
  status: ['pending', 'generating', 'ready', 'failed'],
  task: ['none', 'task'],
  intent: ['none', 'intent'],
  cancel: ['none', 'asked'],
  confirmed: ['none', 'no', 'yes'],
  code: ['none', 'passing', 'gone', 'final'],
  retry: ['none', 'planned'],
} as const;

type Field = keyof typeof FIELDS;
type Combination = { [F in Field]: (typeof FIELDS)[F][number] };
type Pattern = { [F in Field]?: ReadonlyArray<Combination[F]> };

const CODES = {
  none: [undefined],
  passing: ['network', 'aborted', 'config', 'unknown-outcome', 'a code of a later version'],
  gone: ['expired', 'not-found'],
  final: ['rejected', 'provider-failed', 'invalid-input'],
};

/** Every record belongs to one row, and to one only. A field that a row leaves out may be anything. */
const TABLE: ReadonlyArray<readonly [kind: RecordState['kind'], what: string, pattern: Pattern]> = [
  ['ready', 'a finished film, whatever else is said', { status: ['ready'] }],
  ['canceled', 'cancelled, whatever it was', { status: ['pending', 'generating', 'failed'], cancel: ['asked'] }],
  [
    'unknown-outcome',
    'a submission without an answer',
    { status: ['pending', 'generating', 'failed'], cancel: ['none'], task: ['none'], intent: ['intent'] },
  ],
  ['in-flight', 'a task at work', { status: ['generating'], cancel: ['none'], task: ['task'] }],
  [
    'in-flight',
    'a task whose next try is planned',
    { status: ['pending', 'failed'], cancel: ['none'], task: ['task'], retry: ['planned'] },
  ],
  [
    'in-flight',
    'a task whose last try ended in a passing failure',
    { status: ['pending', 'failed'], cancel: ['none'], task: ['task'], retry: ['none'], code: ['none', 'passing'] },
  ],
  [
    'canceled',
    'a task that the provider stopped, after the cancellation was withdrawn',
    {
      ...{ status: ['pending', 'failed'], cancel: ['none'], task: ['task'], retry: ['none'] },
      ...{ code: ['gone', 'final'], confirmed: ['yes'] },
    },
  ],
  [
    'expired',
    'a task that the provider has no more',
    {
      ...{ status: ['pending', 'failed'], cancel: ['none'], task: ['task'], retry: ['none'] },
      ...{ code: ['gone'], confirmed: ['none', 'no'] },
    },
  ],
  [
    'failed',
    'a task that failed',
    {
      ...{ status: ['pending', 'failed'], cancel: ['none'], task: ['task'], retry: ['none'] },
      ...{ code: ['final'], confirmed: ['none', 'no'] },
    },
  ],
  [
    'expired',
    'a film that is gone, without a task',
    { status: ['failed'], cancel: ['none'], task: ['none'], intent: ['none'], code: ['gone'] },
  ],
  [
    'failed',
    'a failure before anything was submitted',
    {
      ...{ status: ['failed'], cancel: ['none'], task: ['none'], intent: ['none'] },
      code: ['none', 'passing', 'final'],
    },
  ],
  [
    'new',
    'nothing bought yet',
    { status: ['pending', 'generating'], cancel: ['none'], task: ['none'], intent: ['none'] },
  ],
];

function combinations(): Combination[] {
  const names = Object.keys(FIELDS) as Field[];
  const all = names.reduce<Array<Partial<Record<Field, string>>>>(
    (made, name) => made.flatMap((one) => FIELDS[name].map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  return all as Combination[];
}

/** Frozen: a reading that writes throws. */
function recordsOf(one: Combination): JobRecord[] {
  return CODES[one.code].map((errorCode) =>
    Object.freeze(
      jobRecord({
        status: one.status,
        ...(one.task === 'task' && { taskId: 't' }),
        ...(one.intent === 'intent' && { intent: intentAt(AT) }),
        ...(one.cancel === 'asked' && { canceledAt: AT }),
        ...(one.confirmed !== 'none' && { cancelConfirmed: one.confirmed === 'yes' }),
        ...(errorCode !== undefined && { errorCode }),
        ...(one.retry === 'planned' && { retries: { count: 1, nextAt: AT } }),
      }),
    ),
  );
}

const fits = (one: Combination, pattern: Pattern) =>
  Object.entries(pattern).every(([name, values]) => (values as readonly string[]).includes(one[name as Field]));

describe('stateOf', () => {
  const all = combinations().flatMap((one) => recordsOf(one).map((record) => ({ one, record })));

  it('gives every combination of fields the one state of its one row', () => {
    expect(all).toHaveLength(4 * 2 * 2 * 2 * 3 * 11 * 2);
    const wrong = all.flatMap(({ one, record }) => {
      const rows = TABLE.filter(([, , pattern]) => fits(one, pattern));
      const { kind } = stateOf(jobRecordSchema.parse(record));
      return rows.length === 1 && rows[0]?.[0] === kind ? [] : [{ record, kind, rows: rows.map(([, what]) => what) }];
    });
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  it.each(TABLE)('%s: %s', (kind, _what, pattern) => {
    const mine = all.filter(({ one }) => fits(one, pattern));
    expect(mine.length).toBeGreaterThan(0);
    for (const { record } of mine) expect(stateOf(record).kind).toBe(kind);
  });

  it('says of every record alike what is unfinished and what may still be delivered', () => {
    for (const { record } of all) {
      const state = stateOf(record);
      expect(isUnfinished(record)).toBe(state.kind === 'in-flight' || state.kind === 'unknown-outcome');
      // Only a cancellation that the provider has not carried out leaves something to be had.
      const withoutCancel = { ...record, canceledAt: undefined };
      const isOpen = record.cancelConfirmed && record.canceledAt ? false : isUnfinished(withoutCancel);
      expect(mayStillDeliver(record)).toBe(isOpen);
    }
  });
});

const intent = intentAt(AT);
const receiptOf = (usd: number | null, taskId = 't') => ({
  ...{ at: AT, taskId, asked: {}, estimate: HALF_DOLLAR, charged: { usd }, differences: [] },
});

describe('what a state carries', () => {
  it.each<[what: string, fields: Partial<JobRecord>, state: RecordState]>([
    [
      'the task at work',
      { status: 'generating', taskId: 't', intent },
      { kind: 'in-flight', taskId: 't', hasFailed: false, code: undefined, isStopped: false },
    ],
    [
      'its last failure',
      { status: 'failed', taskId: 't', intent, errorCode: 'network' },
      { kind: 'in-flight', taskId: 't', hasFailed: true, code: 'network', isStopped: false },
    ],
    [
      'that it was stopped, though it is wanted again',
      { status: 'generating', taskId: 't', intent, cancelConfirmed: true },
      { kind: 'in-flight', taskId: 't', hasFailed: false, code: undefined, isStopped: true },
    ],
    [
      'the submission without an answer',
      { status: 'failed', intent, errorCode: 'unknown-outcome' },
      { kind: 'unknown-outcome', intent, hasFailed: true, code: 'unknown-outcome', isStopped: false },
    ],
    ['one beside a film', { status: 'ready', intent }, { kind: 'ready', unanswered: intent }],
    [
      'none beside a film with its task',
      { status: 'ready', intent, taskId: 't' },
      { kind: 'ready', unanswered: undefined },
    ],
    [
      'a cancellation that the provider was not asked for',
      { status: 'failed', taskId: 't', intent, canceledAt: AT, errorCode: 'aborted' },
      { kind: 'canceled', atProvider: 'not-asked', mayDeliver: true },
    ],
    [
      'one that came too late',
      { status: 'failed', taskId: 't', intent, canceledAt: AT, cancelConfirmed: false, errorCode: 'aborted' },
      { kind: 'canceled', atProvider: 'runs-on', mayDeliver: true },
    ],
    [
      'one in time',
      { status: 'failed', taskId: 't', intent, canceledAt: AT, cancelConfirmed: true, errorCode: 'aborted' },
      { kind: 'canceled', atProvider: 'stopped', mayDeliver: false },
    ],
    [
      'one of a task that was over',
      { status: 'failed', taskId: 't', intent, canceledAt: AT, errorCode: 'expired' },
      { kind: 'canceled', atProvider: 'not-asked', mayDeliver: false },
    ],
    [
      'a failure without a bill',
      { status: 'failed', taskId: 't', intent, errorCode: 'provider-failed', receipt: receiptOf(0) },
      { kind: 'failed', code: 'provider-failed', mayBeBilled: false },
    ],
    [
      'a failure of which nobody knows the bill',
      { status: 'failed', taskId: 't', intent, errorCode: 'provider-failed', receipt: receiptOf(null) },
      { kind: 'failed', code: 'provider-failed', mayBeBilled: true },
    ],
    [
      "a failure beside another task's receipt",
      { status: 'failed', taskId: 't', intent, errorCode: 'provider-failed', receipt: receiptOf(0, 'other') },
      { kind: 'failed', code: 'provider-failed', mayBeBilled: true },
    ],
    [
      'a refusal',
      { status: 'failed', taskId: 't', intent, errorCode: 'rejected' },
      { kind: 'failed', code: 'rejected', mayBeBilled: false },
    ],
    [
      'a failure before the purchase',
      { status: 'failed', errorCode: 'budget' },
      { kind: 'failed', code: 'budget', mayBeBilled: false },
    ],
    ['a lost film', { status: 'failed', taskId: 't', errorCode: 'not-found' }, { kind: 'expired', code: 'not-found' }],
  ])('%s', (_what, fields, state) => {
    expect(stateOf(jobRecord(fields))).toEqual(state);
  });
});

describe('unansweredOf', () => {
  it.each<[what: string, fields: Partial<JobRecord>, isUnanswered: boolean]>([
    ['a submission without a task', { status: 'generating', intent }, true],
    ['one that was marked as ready', { status: 'ready', intent }, true],
    ['one with a task', { status: 'generating', intent, taskId: 't' }, false],
    ['a cancelled one', { status: 'failed', intent, canceledAt: AT }, false],
    ['none', {}, false],
  ])('%s: %s', (_what, fields, isUnanswered) => {
    expect(unansweredOf(jobRecord(fields))).toBe(isUnanswered ? intent : undefined);
  });
});

describe('isStoppedAtProvider', () => {
  it.each<[what: string, fields: Partial<JobRecord>, isStopped: boolean]>([
    ['cancelled in time', { status: 'failed', taskId: 't', canceledAt: AT, cancelConfirmed: true }, true],
    ['cancelled too late', { status: 'failed', taskId: 't', canceledAt: AT, cancelConfirmed: false }, false],
    ['stopped, and wanted again', { status: 'generating', taskId: 't', cancelConfirmed: true }, true],
    ['finished all the same', { status: 'ready', taskId: 't', cancelConfirmed: true }, false],
    ['never cancelled', { status: 'generating', taskId: 't' }, false],
  ])('%s: %s', (_what, fields, isStopped) => {
    expect(isStoppedAtProvider(jobRecord(fields))).toBe(isStopped);
  });
});

describe('mayGiveUp', () => {
  const old = intentAt('2026-11-19T10:00:00.000Z');
  it.each<[what: string, fields: Partial<JobRecord>, mayGive: boolean]>([
    ['a fresh unanswered submission', { intent }, false],
    ['one that was looked for', { intent: { ...intent, candidates: [] } }, true],
    ['one that is listed no more', { intent: old }, true],
    ['a task at work', { status: 'generating', taskId: 't', intent: old }, false],
    [
      'one of which the provider says that it has none',
      { status: 'failed', taskId: 't', errorCode: 'not-found', retries: { count: 1, nextAt: AT } },
      true,
    ],
    ['a cancelled one', { status: 'failed', taskId: 't', canceledAt: AT, errorCode: 'aborted' }, false],
  ])('%s: %s', (_what, fields, mayGive) => {
    expect(mayGiveUp(jobRecord(fields), DAY_MS, nowMs)).toBe(mayGive);
  });
});
