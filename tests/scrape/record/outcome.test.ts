import { describe, expect, it } from 'vitest';
import { type ErrorCode, ReelError, type ReelErrorOptions } from '#lib/base/errors.ts';
import { afterFailure, type Verdict, verdictOn } from '#lib/scrape/record/outcome.ts';
import { startJob } from '#lib/scrape/record/processing-jobs.ts';
import type { ScrapedRecord } from '#lib/scrape/record/record.ts';
import { storedRecord } from '../../fixtures/scrape/records.ts';

const NOW_MS = Date.UTC(2026, 10, 21);

describe('the verdict on a failure', () => {
  it.each<[ErrorCode, ReelErrorOptions, number, Verdict]>([
    ['network', {}, 1, 'again'],
    ['network', {}, 0, 'failed'],
    ['network', { retryable: false }, 1, 'failed'],
    ['network', { retryAfterMs: 60_000 }, 1, 'again'],
    ['network', { retryAfterMs: 60_001 }, 1, 'failed'],
    ['timeout', {}, 1, 'again'],
    ['integrity', {}, 1, 'again'],
    ['rate-limited', {}, 0, 'postponed'],
    ['aborted', {}, 1, 'interrupted'],
    ['busy', {}, 1, 'interrupted'],
    ['not-found', {}, 1, 'failed'],
    ['rejected', { retryable: true }, 1, 'failed'],
    ['too-large', {}, 1, 'failed'],
    ['config', {}, 1, 'hindered'],
    ['auth', {}, 1, 'hindered'],
    ['disk-full', {}, 1, 'hindered'],
  ])('%s %o with %i tries left is: %s', (code, options, left, verdict) => {
    expect(verdictOn(new ReelError(code, 'x', options), left)).toBe(verdict);
  });
});

describe('the record after a failure', () => {
  const fresh: ScrapedRecord = { ...storedRecord('news/rome', {}), stored: undefined };
  const changeAfter = (verdict: Verdict, error: ReelError, record = fresh) =>
    afterFailure(
      { ...record, ...startJob({ processing_jobs: [] }, NOW_MS) },
      { verdict, error, message: error.message, folder: 'news~rome~3' },
      NOW_MS,
    );

  it.each<[Verdict, string, number, string]>([
    ['failed', 'failed', 2, 'failed'],
    ['again', 'pending', 2, 'failed'],
    ['postponed', 'pending', 1, 'postponed'],
    ['interrupted', 'pending', 1, 'interrupted'],
    ['hindered', 'pending', 1, 'failed'],
  ])('that is %s', (verdict, status, attempts, job) => {
    const change = changeAfter(verdict, new ReelError('not-found', 'gone'));
    expect(change).toMatchObject({ download_status: status, download_attempts: attempts });
    expect(change.processing_jobs?.map((one) => one.status)).toEqual([job]);
    expect(change.download_error).toBe(verdict === 'interrupted' ? undefined : 'gone');
  });

  it('says when a film is out that is not yet', () => {
    const upcoming = new ReelError('rejected', 'not yet', { retryable: true, retryAfterMs: 3_600_000 });
    expect(changeAfter('failed', upcoming)).toMatchObject({
      ...{ download_status: 'failed', download_retryable: true },
      download_retry_at: '2026-11-21T01:00:00.000Z',
    });
  });

  it('stays as it was for a film that is stored', () => {
    const stored = storedRecord('news/rome', {});
    expect(changeAfter('failed', new ReelError('not-found', 'gone'), stored).download_status).toBe('downloaded');
  });

  it.each<[Verdict, ErrorCode, boolean]>([
    ['again', 'network', true],
    ['interrupted', 'aborted', true],
    ['failed', 'network', true],
    ['failed', 'not-found', false],
    ['again', 'integrity', false],
    ['hindered', 'disk-full', false],
  ])('%s by %s keeps what has come: %j', (verdict, code, isKept) => {
    const { leftover } = changeAfter(verdict, new ReelError(code, 'x'));
    expect(leftover?.folder).toBe(isKept ? 'news~rome~3' : undefined);
  });
});
