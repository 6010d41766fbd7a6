import { describe, expect, it } from 'vitest';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';
import { jobOf, jobOfPage, listedJobs, mostWatched, summaryOf } from '#lib/openai-videos/assets/job/views.ts';
import {
  COMPLETED_AT,
  COMPLETED_MS,
  downloadRecord,
  MINUTE_MS,
  minutesAfter,
  PLACE,
  storedAsset,
} from '../../../fixtures/openai-videos/download-record.ts';

const earlier = (change: Partial<DownloadRecord> = {}) =>
  downloadRecord({ soraVideoId: 'earlier', completedAt: minutesAfter(-5), ...change });
const later = (change: Partial<DownloadRecord> = {}) => downloadRecord({ soraVideoId: 'later', ...change });
const idsOf = (records: readonly DownloadRecord[]) => records.map(({ soraVideoId }) => soraVideoId);

describe('the jobs that are listed', () => {
  it.each<[string, DownloadRecord[], string[]]>([
    ['the latest of a page', [earlier({ status: 'completed' }), later({ status: 'failed' })], ['later']],
    ['and earlier ones that are not over', [earlier({ status: 'downloading' }), later()], ['earlier', 'later']],
    ['in whatever order they are kept', [later(), earlier({ status: 'expired' })], ['later']],
    ['none that is cleared', [later({ status: 'completed', clearedAt: COMPLETED_AT })], []],
    [
      'nor the one before it, which it has replaced',
      [earlier({ status: 'completed' }), later({ status: 'completed', clearedAt: COMPLETED_AT })],
      [],
    ],
    ['one of each page', [earlier({ notionPageId: 'page-2' }), later()], ['earlier', 'later']],
  ])('are %s', (_what, records, ids) => {
    expect(idsOf(listedJobs(records))).toEqual(ids);
  });
});

it('those most watched are under way and near their deadline, and then those completed last', () => {
  const records = [
    downloadRecord({ soraVideoId: 'old', status: 'completed', completedAt: minutesAfter(-9) }),
    downloadRecord({ soraVideoId: 'late', expiresAt: minutesAfter(90) }),
    downloadRecord({ soraVideoId: 'new', status: 'failed', completedAt: minutesAfter(9) }),
    downloadRecord({ soraVideoId: 'soon', status: 'downloading', expiresAt: minutesAfter(5) }),
  ];
  expect(idsOf(mostWatched(records, 3))).toEqual(['soon', 'late', 'new']);
  expect(idsOf(mostWatched(records, 1))).toEqual(['soon']);
  expect(mostWatched(records, 4)).toBe(records);
});

describe('the job of a page', () => {
  it('is that of the video that was completed last; of one time, that which was queued last', () => {
    const again = later({ soraVideoId: 'again', queuedAt: minutesAfter(1) });
    expect(jobOfPage([later(), earlier()], 'page-1')?.soraVideoId).toBe('later');
    expect(jobOfPage([again, later()], 'page-1')?.soraVideoId).toBe('again');
    expect(jobOfPage([later()], 'page-2')).toBeUndefined();
  });
});

describe('a job as it is shown', () => {
  const options = {
    filePathOf: (place: typeof PLACE, { fileName }: { fileName: string }) => `/${place.folder}/${fileName}`,
  };
  const show = (change: Partial<DownloadRecord>, bytes?: { bytesReceived: number }) =>
    jobOf(downloadRecord(change), { ...options, progressOf: () => bytes });

  it('has its files, with path and version', () => {
    const record = { place: { ...PLACE, version: 4 }, assets: [storedAsset('video', 'a.mp4')] };
    expect(show(record).downloadedAssets).toEqual([
      {
        ...{ type: 'video', fileName: 'a.mp4', filePath: '/BATCH_1/a.mp4', fileSize: 10, version: 4 },
        ...{ sha256: 'abc', mimeType: 'video/mp4', downloadedAt: new Date(COMPLETED_AT) },
      },
    ]);
    expect(show({ assets: [] }).downloadedAssets).toEqual([]);
  });

  it('leaves out what there is not, and has what there is', () => {
    const bare = show({});
    expect(bare).toMatchObject({ retryCount: 0, maxRetries: 3, expiresAt: new Date(minutesAfter(60)) });
    for (const name of ['error', 'progress', 'missing']) expect(bare).not.toHaveProperty(name);
    const missing = [{ type: 'thumbnail' as const, reason: 'thumbnail: no', tries: 1 }];
    expect(show({ error: 'cut', missing }, { bytesReceived: 7 })).toMatchObject({
      ...{ error: 'cut', missing: ['thumbnail: no'], progress: { bytesReceived: 7 } },
    });
  });
});

describe('the summary', () => {
  it('counts by state, and those that expire soon while they can still be fetched', () => {
    const states = ['pending', 'downloading', 'completed', 'failed', 'expired'] as const;
    const records = states.map((status) => downloadRecord({ status }));
    const one = { pending: 1, downloading: 1, completed: 1, failed: 1, expired: 1 };
    expect(summaryOf(records, COMPLETED_MS)).toEqual({ ...one, approachingExpiration: 0 });
    expect(summaryOf(records, COMPLETED_MS + 55 * MINUTE_MS)).toEqual({ ...one, approachingExpiration: 2 });
    expect(summaryOf([], 0).pending).toBe(0);
  });
});
