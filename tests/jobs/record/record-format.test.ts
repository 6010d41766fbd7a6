import { describe, expect, it } from 'vitest';
import { type JobRecord, jobRecordSchema } from '#lib/jobs/record/job-record.ts';
import { jobRecordFormat, taskClaim } from '#lib/jobs/record/record-format.ts';
import { intentAt, jobRecord } from '../../fixtures/records/job-records.ts';

const CREATED = '2026-11-21T00:00:00.000Z';
const LATER = '2026-11-21T01:00:00.000Z';
const intent = intentAt(CREATED);
const format = jobRecordFormat<JobRecord>({
  schema: jobRecordSchema,
  keyOf: ({ key }) => String(key),
  claimsOf: ({ localPath }) => (localPath === undefined ? [] : [`file:${localPath}`]),
});

describe('what a store is told of a job’s record', () => {
  it.each<[string, Partial<JobRecord>, string | undefined]>([
    ['nothing was asked for', {}, undefined],
    ['a task runs', { status: 'generating', intent, taskId: 't' }, CREATED],
    ['an answer was lost', { status: 'failed', intent, errorCode: 'unknown-outcome' }, CREATED],
    ['a try failed', { status: 'failed', intent, taskId: 't', retries: { count: 1, nextAt: LATER } }, LATER],
    ['the video is there', { status: 'ready', intent, taskId: 't' }, undefined],
    ['it was cancelled', { status: 'failed', intent, taskId: 't', canceledAt: LATER }, undefined],
  ])('says when it is due: %s', (_what, fields, dueAt) => {
    const record = jobRecord(fields);
    expect(format.isUnfinished(record)).toBe(dueAt !== undefined);
    expect(format.dueMs(record)).toBe(dueAt === undefined ? undefined : Date.parse(dueAt));
  });

  it('holds its tasks, of now and before, beside what the provider claims', () => {
    const history = [
      { at: CREATED, outcome: 'delivered' as const, taskId: 'before' },
      { at: CREATED, outcome: 'not-accepted' as const },
    ];
    const record = jobRecord({ taskId: 'now', history, localPath: 'a.mp4' });
    expect(format.taskIdsOf(record)).toEqual(['now', 'before']);
    expect(format.claimsOf(record)).toEqual([taskClaim('now'), taskClaim('before'), 'file:a.mp4']);
    expect(format.claimsOf(jobRecord())).toEqual([]);
  });

  it('adds what it spent to its day', () => {
    const record = jobRecord({ status: 'generating', intent, taskId: 't' });
    expect(format.totalsOf(record)).toEqual({ 'nano-usd:2026-11-21': 500_000_000 });
  });
});
