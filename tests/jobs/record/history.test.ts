import { describe, expect, it } from 'vitest';
import { closeSubmission, endWithoutResult, finishedFacts } from '#lib/jobs/record/history.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { HALF_DOLLAR, intentAt, jobRecord } from '../../fixtures/records/job-records.ts';

const AT = '2026-11-21T11:00:00.000Z';
const submitted: Partial<JobRecord> = { intent: intentAt(AT), taskId: 't-1', requestId: 'r-1', model: 'm' };
const past = { at: AT, taskId: 't-1', requestId: 'r-1', model: 'm', estimate: HALF_DOLLAR };

describe('closing a submission', () => {
  it('moves it into the history, with its cost, and frees the record', () => {
    const record = jobRecord({ ...submitted, status: 'failed', error: 'x', errorCode: 'provider-failed' });
    const closed: Partial<JobRecord> = { ...record, ...closeSubmission(record, 'failed', 'why') };
    expect(closed.history).toEqual([
      expect.objectContaining({ ...past, outcome: 'failed', errorCode: 'provider-failed', note: 'why' }),
    ]);
    for (const name of ['intent', 'taskId', 'requestId', 'error', 'errorCode', 'receipt'] as const) {
      expect(closed[name], name).toBeUndefined();
    }
  });

  it('keeps the submissions before it, in order', () => {
    const earlier = { at: '2026-11-20T00:00:00.000Z', outcome: 'failed' } as const;
    const { history } = closeSubmission(jobRecord({ ...submitted, history: [earlier] }), 'failed');
    expect(history?.map(({ at }) => at)).toEqual([earlier.at, AT]);
  });

  it('of which nothing was ever sent adds nothing', () => {
    expect(closeSubmission(jobRecord({ status: 'failed' })).history).toBeUndefined();
  });

  it('that is still under way has an outcome that nobody knows: it may have been paid for', () => {
    const record = jobRecord({ ...submitted, status: 'generating' });
    expect(closeSubmission(record).history).toEqual([expect.objectContaining({ outcome: 'unknown' })]);
  });

  it('that moderation refused keeps what was asked, and no other does', () => {
    const request = { prompt: 'p' };
    const asked = (errorCode: 'rejected' | 'network') =>
      closeSubmission(jobRecord({ ...submitted, intent: intentAt(AT, { request }), status: 'failed', errorCode }));
    expect(asked('rejected').history?.[0]).toMatchObject({ request });
    expect(asked('network').history?.[0]).not.toHaveProperty('request');
  });
});

describe('an order beside a finished film', () => {
  const film = jobRecord({ ...submitted, status: 'ready', localPath: 'a.mp4', sizeBytes: 5, sha256: 's', prompt: 'p' });

  it('keeps the facts of the film, and of the provider’s own those that are named', () => {
    const facts = finishedFacts(film, ['prompt']);
    expect(facts).toMatchObject({ status: 'ready', taskId: 't-1', localPath: 'a.mp4', sha256: 's', prompt: 'p' });
    expect(finishedFacts(film, [])).not.toHaveProperty('prompt');
    expect(facts).not.toHaveProperty('createdAt');
  });

  it('gives the film back when it ends without a result, and counts it once', () => {
    const previous = finishedFacts(film, []);
    const history = [{ ...past, outcome: 'delivered' as const }];
    const order = { intent: intentAt('2026-11-21T12:00:00.000Z'), taskId: 't-2' };
    const record = jobRecord({ ...order, status: 'failed', previous, history });
    const ended = endWithoutResult(record, 'failed');
    expect(ended).toMatchObject({ status: 'ready', taskId: 't-1', localPath: 'a.mp4', previous: undefined });
    expect(ended.history?.map(({ taskId, outcome }) => [taskId, outcome])).toEqual([['t-2', 'failed']]);
  });

  it('is only closed where there is no film', () => {
    const record = jobRecord({ ...submitted, status: 'failed' });
    expect(endWithoutResult(record, 'failed')).toEqual(closeSubmission(record, 'failed'));
  });
});
