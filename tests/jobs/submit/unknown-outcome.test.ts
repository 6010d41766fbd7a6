import { describe, expect, it } from 'vitest';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { isOtherAccount, isStillOpen } from '#lib/jobs/submit/unknown-outcome.ts';
import { candidate, JobBench, lostAnswer } from '../../fixtures/fake-provider.ts';
import { intentAt, jobRecord } from '../../fixtures/records/job-records.ts';

const AT = '2026-11-21T00:00:00.000Z';

it.each<[string, Partial<JobRecord>, boolean]>([
  ['its own, without an answer', { intent: intentAt(AT, { sentAt: AT }) }, true],
  ['its own, answered meanwhile', { intent: intentAt(AT), taskId: 'task' }, false],
  ['a later one', { intent: intentAt(AT, { attempt: 2 }) }, false],
  ['another process’s of the same time', { intent: intentAt(AT, { owner: 'other' }) }, false],
  ['none any more', {}, false],
])('a submission is open while the record is about %s', (_what, fields, isOpen) => {
  expect(isStillOpen(jobRecord(fields), intentAt(AT))).toBe(isOpen);
});

it.each([
  ['ours', 'ours', false],
  ['ours', 'theirs', true],
  // Of an earlier version, or a provider that does not tell its accounts apart.
  ['ours', undefined, false],
  [undefined, 'theirs', false],
])('with the account %s, a submission of the account %s is another one’s: %s', async (own, account, isOther) => {
  const bench = await JobBench.open();
  bench.provider.account = own;
  expect(isOtherAccount({ job: bench.job() }, intentAt(AT, { account }))).toBe(isOther);
});

describe('an outcome that only a person can decide', () => {
  it('names the tasks that it may have made, on record as well: from then on it may be bought again', async () => {
    const bench = await JobBench.open();
    bench.provider.onSubmit = () => Promise.reject(lostAnswer());
    bench.provider.onFind = async () => [candidate('one'), candidate('two')];
    const message = expect.stringMatching(/Candidates: one, two\. It was not repeated\. .*rescue --task <id>/);
    await expect(bench.run()).rejects.toMatchObject({ code: 'unknown-outcome', billable: 'maybe', message });
    expect((await bench.record()).intent?.candidates).toMatchObject([{ taskId: 'one' }, { taskId: 'two' }]);
  });

  it('names no command that this provider does not have', async () => {
    const bench = await JobBench.open();
    bench.provider.captureCommand = undefined;
    bench.provider.onSubmit = () => Promise.reject(lostAnswer());
    bench.provider.onFind = async () => [candidate('one'), candidate('two')];
    const message = expect.stringMatching(/Candidates: one, two\. It was not repeated\. Check with the provider/);
    await expect(bench.run()).rejects.toMatchObject({ code: 'unknown-outcome', message });
  });

  it('says where to look, where the provider has no list', async () => {
    const bench = await JobBench.open();
    bench.provider.lostAnswer = { kind: 'unknowable' };
    bench.provider.onSubmit = () => Promise.reject(lostAnswer());
    const message = expect.stringMatching(/It was not repeated\. Check with the provider/);
    await expect(bench.run()).rejects.toMatchObject({ code: 'unknown-outcome', retryable: false, message });
  });
});

describe('a submission that has certainly not left', () => {
  const given = async (fields: object) => {
    const bench = await JobBench.open();
    bench.provider.lostAnswer = { kind: 'unknowable' };
    await bench.given({ intent: intentAt(bench.iso(60_000), { submissionId: 'id', ...fields }) });
    return bench;
  };

  it('is closed as free, and the next one made', async () => {
    const bench = await given({});
    expect(await bench.run()).toMatchObject({ status: 'ready', history: [{ outcome: 'not-accepted' }] });
  });

  it.each([
    ['it was about to be sent', { sentAt: '2026-11-20T23:59:00.000Z' }],
    ['its answer was waited for', { lostAt: '2026-11-20T23:59:00.000Z' }],
    ['an earlier version wrote no such times', { submissionId: undefined }],
  ])('is none where %s', async (_why, fields) => {
    const bench = await given(fields);
    await expect(bench.run()).rejects.toMatchObject({ code: 'unknown-outcome' });
    expect(bench.provider.submitted).toEqual([]);
  });
});
