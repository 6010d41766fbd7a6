import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import type { VideoLook } from '#lib/openai-videos/assets/fetch/context.ts';
import { NO_END, ONE_HOUR_MS } from '#lib/openai-videos/assets/job/deadline.ts';
import { type DownloadRecord, downloadFormat, downloadKey } from '#lib/openai-videos/assets/job/record.ts';
import { type JobTerms, openJob, reopenJob } from '#lib/openai-videos/assets/run/open-jobs.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import {
  COMPLETED_MS,
  downloadRecord,
  MINUTE_MS,
  minutesAfter,
} from '../../../fixtures/openai-videos/download-record.ts';

/** @param look what the service answers; undefined: it does not */
function desk(minutes: number, look?: VideoLook, changes: Partial<JobTerms> = {}) {
  const store = createMemoryStore<DownloadRecord>({ format: downloadFormat });
  const asked: unknown[] = [];
  const service = {
    retrieve: async (id: string, { timeoutMs }: { timeoutMs?: number }) => {
      asked.push([id, timeoutMs]);
      if (!look) throw new ReelError('provider-failed', '503');
      return look;
    },
  };
  const terms: JobTerms = {
    ...{ store, service, endpoint: 'http://127.0.0.1:9/v1', storage: 'videos', lifetimeMs: ONE_HOUR_MS },
    ...{ hasNotion: false, nowMs: COMPLETED_MS + minutes * MINUTE_MS },
    ...changes,
  };
  return { store, terms, asked };
}

const order = {
  ...{ notionPageId: 'page-1', soraVideoId: 'video_1', batchId: 'BATCH_1' },
  completedAt: new Date(COMPLETED_MS),
};
const keptUntil = (minutes: number): VideoLook => ({ status: 'completed', expiresAt: new Date(minutesAfter(minutes)) });

describe('a new job', () => {
  it('is pending until an hour after its completion, and nobody is asked', async () => {
    const { terms, asked } = desk(1);
    expect(await openJob(order, terms)).toEqual({
      ...{ notionPageId: 'page-1', soraVideoId: 'video_1', batchId: 'BATCH_1', status: 'pending', retryCount: 0 },
      ...{ completedAt: minutesAfter(0), queuedAt: minutesAfter(1), expiresAt: minutesAfter(60) },
      ...{ expiresBy: 'lifetime', endpoint: 'http://127.0.0.1:9/v1', storage: 'videos', assets: [] },
    });
    expect(asked).toEqual([]);
  });

  it.each([
    [5 * ONE_HOUR_MS, minutesAfter(300)],
    [0, NO_END],
  ])('lasts as long as the manager was told: %d', async (lifetimeMs, expiresAt) => {
    const { terms } = desk(120, undefined, { lifetimeMs });
    expect(await openJob(order, terms)).toMatchObject({ status: 'pending', expiresAt });
  });

  it('has no effect the second time, however late', async () => {
    const { store, terms, asked } = desk(1);
    await openJob(order, terms);
    expect(await openJob(order, { ...terms, nowMs: COMPLETED_MS + 61 * MINUTE_MS })).toBeUndefined();
    expect(store.listSync()).toHaveLength(1);
    expect(store.listSync()[0]?.status).toBe('pending');
    expect(asked).toEqual([]);
  });

  it('is listed again if it was cleared', async () => {
    const { store, terms } = desk(1);
    const done = downloadRecord({ status: 'completed', clearedAt: minutesAfter(0) });
    await store.update(downloadKey(done), () => done);
    expect(await openJob(order, terms)).toBeUndefined();
    expect(store.listSync()[0]?.clearedAt).toBeUndefined();
  });
});

describe('a new job whose hour is over', () => {
  const expired = { status: 'expired', errorCode: 'expired', endedAt: minutesAfter(61), expiresBy: 'lifetime' };
  it.each<[string, VideoLook | undefined, object]>([
    [
      'the service keeps it longer',
      keptUntil(120),
      { status: 'pending', expiresAt: minutesAfter(120), expiresBy: 'service' },
    ],
    ['the service kept it no longer', keptUntil(60), expired],
    ['the service names no time', { status: 'completed' }, expired],
    ['the service does not answer', undefined, expired],
  ])('when %s', async (_what, look, expected) => {
    const { terms, asked } = desk(61, look);
    const record = await openJob(order, terms);
    expect(record).toMatchObject(expected);
    expect(record?.toDo).toBeUndefined();
    expect(asked).toEqual([['video_1', 5000]]);
  });

  it('is told to its page', async () => {
    const { terms } = desk(61, undefined, { hasNotion: true });
    expect(await openJob(order, terms)).toMatchObject({ status: 'expired', toDo: { notion: true } });
  });
});

describe('a retry by hand', () => {
  const failed = { status: 'failed', retryCount: 4, error: 'no', errorCode: 'disk', endedAt: minutesAfter(5) } as const;
  async function retry(change: Partial<DownloadRecord>, minutes: number, look?: VideoLook) {
    const all = desk(minutes, look);
    const record = downloadRecord(change);
    await all.store.update(downloadKey(record), () => record);
    const outcome = await reopenJob('page-1', all.store.listSync(), all.terms).catch((error: unknown) => error);
    return { ...all, outcome, stored: all.store.listSync()[0] };
  }

  it('begins anew, with all its tries, at once', async () => {
    const rejected = { fingerprint: 'f', times: 1 };
    const { outcome, stored, asked } = await retry(
      { ...failed, rejected, nextTryAt: minutesAfter(9), toDo: { notion: true } },
      10,
    );
    expect(stored).toEqual(downloadRecord());
    expect(outcome).toEqual(stored);
    expect(asked).toEqual([]);
  });

  const over = { code: 'expired', message: 'Cannot retry expired download' };
  const wrong = (status: string) => ({
    code: 'invalid-input',
    message: `Cannot retry download with status: ${status}`,
  });
  it.each<[string, Partial<DownloadRecord>, number, VideoLook | undefined, object, DownloadRecord['status']]>([
    ['completed', { status: 'completed' }, 10, undefined, wrong('completed'), 'completed'],
    ['pending', {}, 10, undefined, wrong('pending'), 'pending'],
    ['under way', { status: 'downloading' }, 61, keptUntil(120), wrong('downloading'), 'downloading'],
    ['failed in time, and now over', failed, 61, undefined, over, 'expired'],
    [
      'expired',
      { status: 'expired' },
      61,
      keptUntil(60),
      { code: 'expired', message: 'Cannot retry download with status: expired' },
      'expired',
    ],
  ])('is refused for one that is %s', async (_what, change, minutes, look, error, status) => {
    const { outcome, stored } = await retry(change, minutes, look);
    expect(outcome).toMatchObject(error);
    expect(stored?.status).toBe(status);
  });

  it.each([{ status: 'expired' } as const, failed])(
    'is possible if the service keeps it longer: %o',
    async (change) => {
      const { outcome, stored } = await retry(change, 61, keptUntil(120));
      expect(outcome).toMatchObject({ status: 'pending', expiresAt: minutesAfter(120), expiresBy: 'service' });
      expect(stored).toEqual(outcome);
    },
  );

  it('is refused for a video of another service, which nobody would fetch, nor is this one asked for it', async () => {
    const elsewhere = { ...failed, endpoint: 'https://other.example/v1' };
    const { outcome, stored } = await retry(elsewhere, 10);
    expect(outcome).toMatchObject({ code: 'config', message: expect.stringContaining('https://other.example/v1') });
    expect(stored?.status).toBe('failed');
    const late = await retry(elsewhere, 61, keptUntil(120));
    expect([late.outcome, late.asked]).toMatchObject([over, []]);
  });

  it.each([{ notionPageId: 'page-2' }, { clearedAt: minutesAfter(1) }])('finds no job: %o', async (change) => {
    const { outcome } = await retry({ ...failed, ...change }, 10);
    expect(outcome).toMatchObject({ code: 'not-found', message: 'Download job not found' });
  });
});
