import { describe, expect, it } from 'vitest';
import type { DownloadEvent, DownloadJob } from '#lib/openai-videos/assets/job/types.ts';
import { DownloadEvents } from '#lib/openai-videos/assets/run/events.ts';
import { COMPLETED_MS, downloadRecord, minutesAfter } from '../../../fixtures/openai-videos/download-record.ts';

const job = { notionPageId: 'page-1' } as DownloadJob;

function listening(tell: (events: DownloadEvents) => void): DownloadEvent[] {
  const events = new DownloadEvents(() => job);
  const heard: DownloadEvent[] = [];
  events.subscribe((event) => heard.push(event));
  tell(events);
  return heard;
}

describe('the words of a log', () => {
  const record = downloadRecord();
  it.each<[DownloadEvent['kind'], DownloadEvent['level'], string, (events: DownloadEvents) => void]>([
    ['queued', 'info', 'Queueing download for video_1', (events) => events.queued(record)],
    ['queued', 'info', 'Manual retry for video_1', (events) => events.retriedByHand(record)],
    ['downloading', 'info', 'Downloading thumbnail for video_1', (events) => events.downloading(record, 'thumbnail')],
    [
      'expiring-soon',
      'warn',
      'Download EXPIRING SOON for video_1 (60 minutes remaining)',
      (events) => events.expiringSoon(record, COMPLETED_MS),
    ],
    ['expired', 'warn', 'Download window expired for video_1', (events) => events.expiredBefore(record)],
    ['notion-queued', 'info', 'Updating Notion with asset URLs for page-1', (events) => events.notionQueued(record)],
    ['notion-failed', 'error', 'Failed to update Notion: no', (events) => events.notionFailed(record, 'no')],
    [
      'completed',
      'info',
      'Download completed for video_1',
      (events) => events.tried(downloadRecord({ status: 'completed' })),
    ],
    [
      'failed',
      'error',
      'Download failed for video_1: full',
      (events) => events.tried(downloadRecord({ status: 'failed', error: 'full' })),
    ],
    [
      'expired',
      'warn',
      'Download EXPIRED for video_1: late',
      (events) => events.tried(downloadRecord({ status: 'expired', error: 'late' })),
    ],
    [
      'retrying',
      'warn',
      `Try 2 failed for video_1: cut Next try at ${minutesAfter(1)}.`,
      (events) => events.tried(downloadRecord({ error: 'cut', retryCount: 2, nextTryAt: minutesAfter(1) })),
    ],
  ])('%s, as %s: %s', (kind, level, message, tell) => {
    expect(listening(tell)).toEqual([{ kind, level, message: `[Download Manager] ${message}`, job }]);
  });
});

describe('listeners', () => {
  it('hear nothing after they have left, and no other is disturbed by one that throws', () => {
    const events = new DownloadEvents(() => job);
    const heard: string[] = [];
    events.subscribe(() => {
      throw new Error('of the listener');
    });
    const leave = events.subscribe(() => heard.push('first'));
    events.subscribe(() => heard.push('second'));
    events.queued(downloadRecord());
    leave();
    events.queued(downloadRecord());
    expect(heard).toEqual(['first', 'second', 'second']);
  });

  it('cost nothing where there are none', () => {
    new DownloadEvents(() => expect.unreachable()).queued(downloadRecord());
  });
});
