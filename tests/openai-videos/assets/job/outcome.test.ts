import { describe, expect, it } from 'vitest';
import { afterTry, type Setback } from '#lib/openai-videos/assets/job/outcome.ts';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';
import {
  COMPLETED_MS,
  downloadRecord,
  MINUTE_MS,
  minutesAfter,
  PLACE,
  storedAsset,
} from '../../../fixtures/openai-videos/download-record.ts';

const at = (minutes: number) => ({ nowMs: COMPLETED_MS + minutes * MINUTE_MS, random: () => 0.5 });
const cut: Setback = { code: 'network', message: 'The connection was cut.' };
const setback = (change: Partial<Setback> = {}) => ({ kind: 'setback' as const, setback: { ...cut, ...change } });

describe('after a try', () => {
  it('that brought the film, the job is completed, and nothing of earlier failures stays', () => {
    const failed = downloadRecord({ error: 'x', errorCode: 'network', rejected: { fingerprint: 'f', times: 1 } });
    const change = afterTry(failed, { kind: 'completed', missing: [] }, at(5));
    expect(change).toEqual({
      ...{ status: 'completed', endedAt: minutesAfter(5), nextTryAt: undefined },
      ...{ error: undefined, errorCode: undefined, rejected: undefined, missing: undefined },
    });
    const missing = [{ type: 'thumbnail' as const, tries: 1, reason: 'thumbnail: no' }];
    expect(afterTry(failed, { kind: 'completed', missing }, at(5)).missing).toEqual(missing);
  });

  it('that failed for good, the job says why', () => {
    expect(afterTry(downloadRecord(), { kind: 'failed', code: 'disk-full', message: 'Full.' }, at(5))).toEqual({
      ...{ status: 'failed', endedAt: minutesAfter(5), nextTryAt: undefined, error: 'Full.', errorCode: 'disk-full' },
    });
  });

  it('that came too late, the job is expired with the last answer, also an earlier one', () => {
    const record = downloadRecord({ error: 'the server answered 404' });
    const last = (lastAnswer?: string) => afterTry(record, { kind: 'expired', lastAnswer }, at(61)).error;
    expect(last('the server answered 410')).toMatch(/Last answer: the server answered 410$/);
    expect(last()).toMatch(/Last answer: the server answered 404$/);
  });

  it.each([
    ['without a file its version is free again', [], true],
    ['with one its version stays', [storedAsset('thumbnail')], false],
  ])('that came too late: %s', (_what, assets, isFree) => {
    const change = afterTry(downloadRecord({ place: PLACE, assets }), { kind: 'expired' }, at(61));
    expect('place' in change).toBe(isFree);
  });
});

describe('after a setback', () => {
  it.each<[string, Partial<DownloadRecord>, Partial<Setback>, number, Partial<DownloadRecord>]>([
    ['the first is waited out for a second', {}, {}, 0, { retryCount: 1, nextTryAt: minutesAfter(1 / 60) }],
    ['the next for longer', { retryCount: 2 }, {}, 0, { retryCount: 3, nextTryAt: minutesAfter(4 / 60) }],
    ['as the service asks', {}, { retryAfterMs: 30_000 }, 0, { nextTryAt: minutesAfter(0.5) }],
    [
      'progress begins the quick retries anew, and counts all the same',
      { retryCount: 20 },
      { hasProgressed: true },
      0,
      { retryCount: 21, nextTryAt: minutesAfter(1 / 60) },
    ],
    [
      'progress carries a transfer past its deadline',
      { retryCount: 1 },
      { hasProgressed: true },
      61,
      { status: 'pending', nextTryAt: minutesAfter(61 + 1 / 60) },
    ],
    ['without progress the deadline ends it', {}, {}, 61, { status: 'expired', retryCount: 1, errorCode: 'expired' }],
  ])('%s', (_what, record, change, minutes, expected) => {
    expect(afterTry(downloadRecord(record), setback(change), at(minutes))).toMatchObject(expected);
  });

  it('says why', () => {
    expect(afterTry(downloadRecord(), setback(), at(0))).toMatchObject({
      ...{ status: 'pending', error: cut.message, errorCode: 'network', rejected: undefined },
    });
  });
});

describe('a body that is no video', () => {
  const rejected = (fingerprint: string, isText: boolean) => setback({ rejected: { fingerprint, isText } });
  it.each<[string, number, boolean, 'failed' | 'pending']>([
    ['a file, the first time', 0, false, 'pending'],
    ['a file, the second time', 1, false, 'failed'],
    ['a message, the third time', 2, true, 'pending'],
    ['a message, the fourth time', 3, true, 'failed'],
  ])('is %s', (_what, times, isText, status) => {
    const before = times === 0 ? {} : { rejected: { fingerprint: 'same', times } };
    const change = afterTry(downloadRecord(before), rejected('same', isText), at(0));
    expect(change.status).toBe(status);
    if (status === 'pending') expect(change.rejected).toEqual({ fingerprint: 'same', times: times + 1 });
    else
      expect(change).toMatchObject({ errorCode: 'not-a-video', error: expect.stringContaining(`${times + 1} times`) });
  });

  it.each([
    ['other bytes', rejected('other', false), { fingerprint: 'other', times: 1 }],
    ['another kind of failure', setback(), undefined],
  ])('is counted from the start again after %s', (_what, outcome, expected) => {
    const before = downloadRecord({ rejected: { fingerprint: 'same', times: 1 } });
    const change = afterTry(before, outcome, at(0));
    expect(change.status).toBe('pending');
    expect(change.rejected).toEqual(expected);
  });
});
