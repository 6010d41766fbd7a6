import { describe, expect, it } from 'vitest';
import { isSameSubmission, jobRecordSchema, submissionName } from '#lib/jobs/record/job-record.ts';
import { HALF_DOLLAR, intentAt, jobRecord } from '../../fixtures/records/job-records.ts';

const AT = '2026-11-21T00:00:00.000Z';

describe('a record', () => {
  it('keeps the fields of a newer version, at every depth', () => {
    const later = { later: { field: [1] } };
    const receipt = {
      at: AT,
      asked: {},
      differences: [],
      charged: { usd: null, ...later },
      estimate: HALF_DOLLAR,
      ...later,
    };
    const record = {
      ...jobRecord({ intent: intentAt(AT, { candidates: [{ taskId: 't', isCertain: true, ...later }], ...later }) }),
      ...{ lease: { owner: 'o', fence: 1, expiresAt: AT, ...later }, retries: { count: 1, ...later }, receipt },
      ...{ versions: { last: 1, former: [{ status: 'ready', version: 1, ...later }], ...later }, ...later },
    };
    expect(jobRecordSchema.parse(record)).toEqual(record);
  });

  it.each<[string, object]>([
    ['a status that is none', { status: 'done' }],
    ['a time that is none', { completedAt: 'yesterday' }],
    ['a local time', { completedAt: '2026-11-21T00:00:00+02:00' }],
    ['a negative size', { sizeBytes: -1 }],
    ['half a byte', { sizeBytes: 0.5 }],
    ['a negative price', { intent: intentAt(AT, { estimate: { usd: -1, units: 1 } }) }],
    ['an attempt that was not made', { intent: intentAt(AT, { attempt: 0 }) }],
    ['an outcome that is none', { history: [{ at: AT, outcome: 'lost' }] }],
    ['a film without a number', { versions: { last: 1, former: [{ status: 'ready', version: 0 }] } }],
    ['a handle that is no JSON', { handle: () => 1 }],
  ])('is none with %s', (_what, fields) => {
    expect(jobRecordSchema.safeParse({ ...jobRecord(), ...fields }).success).toBe(false);
  });
});

describe('two submissions', () => {
  const intent = intentAt(AT, { owner: 'a' });

  it('are one where they were made at one time, for one request, in one attempt, by one process', () => {
    expect(isSameSubmission(intent, { ...intent, sentAt: AT, estimate: { usd: 9, units: 9 } })).toBe(true);
    const others = [{ at: '2026-11-21T00:00:00.001Z' }, { attempt: 2 }, { requestHash: 'x' }, { owner: 'b' }];
    for (const other of others) expect(isSameSubmission(intent, { ...intent, ...other })).toBe(false);
    expect(submissionName({ ...intent, owner: undefined })).not.toBe(submissionName(intent));
  });

  it('are not one where one or both are missing', () => {
    expect([isSameSubmission(undefined, intent), isSameSubmission(intent, undefined)]).toEqual([false, false]);
    expect(isSameSubmission(undefined, undefined)).toBe(false);
  });
});
