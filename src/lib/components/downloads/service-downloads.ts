import { type Deadline, deadlineOf } from '#lib/components/words/deadline-text.ts';
import { formatBytes } from '#lib/components/words/format.ts';
import type { DownloadStatusView, DownloadView } from '#lib/web/downloads/downloads-view.ts';
import type { PicturesView, VideoState } from '#lib/web/videos/view.ts';

/** A time this far away stands for none. */
const NO_END_YEAR = '9999-';

/** More rows than anybody looks through; those under way are among them. */
const MOST_SHOWN = 100;

/** Undefined if the server does not say: the page has more to show. */
export async function fetchDownloads(get: typeof fetch = fetch): Promise<DownloadStatusView | undefined> {
  try {
    const response = await get(`/api/downloads/status?limit=${MOST_SHOWN}`);
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** @returns why it was refused; undefined if it is due again */
export async function retryDownload(notionPageId: string): Promise<string | undefined> {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' } };
  try {
    const response = await fetch('/api/downloads/retry', { ...request, body: JSON.stringify({ notionPageId }) });
    if (response.ok) return undefined;
    const answer: { error?: string; detail?: string } = await response.json();
    return answer.error ?? answer.detail ?? 'The server refused it.';
  } catch {
    return 'The server did not respond. Try again.';
  }
}

/** `2 downloads expire in under 10 minutes` */
export function expiryWords(expiring: number): string {
  if (expiring === 0) return '';
  return `${expiring} ${expiring === 1 ? 'download expires' : 'downloads expire'} in under 10 minutes`;
}

/** Downloads that have no row. */
export function hiddenDownloads({ summary, downloads }: Pick<DownloadStatusView, 'summary' | 'downloads'>): number {
  const { approachingExpiration, ...byState } = summary;
  return Object.values<number>(byState).reduce((sum, count) => sum + count, 0) - downloads.length;
}

export function isUnderWay({ status }: Pick<DownloadView, 'status'>): boolean {
  return status === 'pending' || status === 'downloading';
}

/** How long the service still keeps a video that is not saved; undefined: it names no end, or the download has ended. */
export function deadlineOfDownload(job: DownloadView, nowMs: number): Deadline | undefined {
  const { completedAt: submittedAt, expiresAt } = job;
  if (!isUnderWay(job) || expiresAt.startsWith(NO_END_YEAR)) return undefined;
  return deadlineOf({ state: 'uncaptured', submittedAt, expiresAt }, nowMs);
}

/** Whose picture stands for a download that has none. */
export function markOf(job: DownloadView): VideoState {
  if (isUnderWay(job)) return 'uncaptured';
  return job.status === 'completed' ? 'ready' : 'failed';
}

/** The pictures made from the film; without them, the service's own thumbnail. */
export function picturesOf({ pictures, downloadedAssets }: DownloadView): PicturesView | undefined {
  if (pictures) return pictures;
  const thumbnail = downloadedAssets.find(({ type }) => type === 'thumbnail');
  return thumbnail && { posterSmall: { src: thumbnail.url, width: 16, height: 9 } };
}

export function downloadWords({ status, progress, error, downloadedAssets, missing = [] }: DownloadView): string {
  if (status === 'completed') {
    const bytes = downloadedAssets.reduce((sum, { fileSize }) => sum + fileSize, 0);
    const version = downloadedAssets[0]?.version ?? 1;
    const lacks = missing.length === 0 ? '' : `. Missing: ${missing.join('; ')}`;
    return `Saved, version ${version}, ${formatBytes(bytes)}${lacks}`;
  }
  if (status === 'failed' || status === 'expired') return error ?? 'The download failed.';
  if (progress?.bytesTotal)
    return `Downloading, ${formatBytes(progress.bytesReceived)} of ${formatBytes(progress.bytesTotal)}`;
  if (progress) return `Downloading, ${formatBytes(progress.bytesReceived)} so far`;
  // Another process downloads it: its bytes are not known here.
  if (status === 'downloading' && error === undefined) return 'Downloading';
  return error === undefined ? 'Waiting for its turn' : `The last try failed, another follows. ${error}`;
}
