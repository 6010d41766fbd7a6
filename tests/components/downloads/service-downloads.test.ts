import { describe, expect, it } from 'vitest';
import { downloadWords, expiryWords } from '#lib/components/downloads/service-downloads.ts';
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
