import { describe, expect, it } from 'vitest';
import {
  deadlineOfDownload,
  downloadWords,
  expiryWords,
  hiddenDownloads,
  markOf,
  picturesOf,
} from '#lib/components/downloads/service-downloads.ts';
import type { DownloadView } from '#lib/web/downloads/downloads-view.ts';

const job: DownloadView = {
  ...{ notionPageId: 'page-1', soraVideoId: 'video_1', batchId: 'BATCH_1' },
  ...{ completedAt: '2026-11-21T12:00:00.000Z', expiresAt: '2026-11-21T13:00:00.000Z' },
  ...{ downloadedAssets: [], status: 'pending', retryCount: 0, maxRetries: 3 },
};
const film: DownloadView['downloadedAssets'][number] = {
  type: 'video',
  ...{ filePath: 'x', fileName: 'video_1_V2.mp4', fileSize: 15_000_000, version: 2, sha256: 'x' },
  ...{ downloadedAt: job.completedAt, mimeType: 'video/mp4', url: '/generated-videos/BATCH_1/video_1_V2.mp4' },
};

describe('the words of a download', () => {
  it.each<[string, Partial<DownloadView>]>([
    ['Waiting for its turn', {}],
    ['Downloading', { status: 'downloading' }],
    ['The last try failed, another follows. the server answered 404', { error: 'the server answered 404' }],
    ['Downloading, 1.5 MB so far', { status: 'downloading', progress: { bytesReceived: 1_500_000 } }],
    ['Downloading, 1.5 MB of 15.0 MB', { progress: { bytesReceived: 1_500_000, bytesTotal: 15_000_000 } }],
    ['Saved, version 2, 15.0 MB', { status: 'completed', downloadedAssets: [film] }],
    [
      'Saved, version 2, 15.0 MB. Missing: thumbnail: the service does not offer any',
      { status: 'completed', downloadedAssets: [film], missing: ['thumbnail: the service does not offer any'] },
    ],
    ['The download failed.', { status: 'failed' }],
    ['Download window expired.', { status: 'expired', error: 'Download window expired.' }],
  ])('are %s', (words, given) => {
    expect(downloadWords({ ...job, ...given }).replaceAll('\u00a0', ' ')).toBe(words);
  });

  it.each([
    [0, ''],
    [1, '1 download expires in under 10 minutes'],
    [2, '2 downloads expire in under 10 minutes'],
  ])('of %d that expire soon', (expiring, words) => {
    expect(expiryWords(expiring)).toBe(words);
  });
});

describe('the row of a download', () => {
  const nowMs = Date.parse('2026-11-21T12:54:00.000Z');
  const thumbnail = { ...film, type: 'thumbnail', url: '/generated-videos/BATCH_1/video_1_V2_thumbnail.webp' } as const;

  it('says how long the service keeps what is not saved yet', () => {
    const minutes = { leftMs: 360_000, share: 0.1, urgency: 'urgent' };
    expect(deadlineOfDownload({ ...job, status: 'downloading' }, nowMs)).toEqual(minutes);
    expect(deadlineOfDownload({ ...job, status: 'failed' }, nowMs)).toBeUndefined();
    expect(deadlineOfDownload({ ...job, expiresAt: '9999-12-31T23:59:59.999Z' }, nowMs)).toBeUndefined();
  });

  it.each([
    ['pending', 'uncaptured'],
    ['downloading', 'uncaptured'],
    ['completed', 'ready'],
    ['failed', 'failed'],
    ['expired', 'failed'],
  ] as const)('that is %s has the mark of a film that is %s', (status, mark) => {
    expect(markOf({ ...job, status })).toBe(mark);
  });

  it("shows what was made from the film, else the service's thumbnail", () => {
    const pictures = { poster: { src: '/p.webp', width: 640, height: 360 } };
    expect(picturesOf({ ...job, downloadedAssets: [film, thumbnail], pictures })).toEqual(pictures);
    expect(picturesOf({ ...job, downloadedAssets: [film, thumbnail] })?.posterSmall?.src).toBe(thumbnail.url);
    expect(picturesOf({ ...job, downloadedAssets: [film] })).toBeUndefined();
  });
});

it('what the list leaves out is counted', () => {
  const summary = { pending: 2, downloading: 1, completed: 4, failed: 0, expired: 1, approachingExpiration: 3 };
  expect(hiddenDownloads({ summary, downloads: [job, job] })).toBe(6);
});
