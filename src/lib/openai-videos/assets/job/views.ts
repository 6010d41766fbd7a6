import { isApproachingExpiration } from './deadline.ts';
import type { Place } from './names.ts';
import { type DownloadRecord, isActive } from './record.ts';
import { MAX_RETRY_ATTEMPTS } from './retry.ts';
import type { DownloadBytes, DownloadedAsset, DownloadJob, DownloadSummary } from './types.ts';

export interface ViewOptions {
  filePathOf(place: Place, asset: DownloadRecord['assets'][number]): string;
  progressOf(record: DownloadRecord): DownloadBytes | undefined;
}

/**
 * The jobs that are listed: the latest of each page, and of the earlier ones those that are not over. An earlier one that has
 * ended was replaced, as a page shows one video.
 */
export function listedJobs(records: readonly DownloadRecord[]): DownloadRecord[] {
  const latest = new Map<string, DownloadRecord>();
  for (const record of records) {
    const other = latest.get(record.notionPageId);
    if (!other || isLater(record, other)) latest.set(record.notionPageId, record);
  }
  return records.filter((record) => {
    if (record.clearedAt !== undefined) return false;
    return isActive(record) || latest.get(record.notionPageId) === record;
  });
}

/** So many of them: what is under way, the nearest deadline first, and then what was completed last. */
export function mostWatched(records: readonly DownloadRecord[], limit: number): readonly DownloadRecord[] {
  if (records.length <= limit) return records;
  const [active, over] = [records.filter(isActive), records.filter((record) => !isActive(record))];
  active.sort((one, other) => Date.parse(one.expiresAt) - Date.parse(other.expiresAt));
  over.sort((one, other) => Date.parse(other.completedAt) - Date.parse(one.completedAt));
  return [...active, ...over].slice(0, limit);
}

/** The job that stands for a page: the one whose video was completed last. */
export function jobOfPage(records: readonly DownloadRecord[], notionPageId: string): DownloadRecord | undefined {
  return records
    .filter((record) => record.notionPageId === notionPageId)
    .reduce<DownloadRecord | undefined>((last, one) => (last && !isLater(one, last) ? last : one), undefined);
}

function isLater(one: DownloadRecord, other: DownloadRecord): boolean {
  return one.completedAt === other.completedAt ? one.queuedAt >= other.queuedAt : one.completedAt > other.completedAt;
}

export function jobOf(record: DownloadRecord, { filePathOf, progressOf }: ViewOptions): DownloadJob {
  const { notionPageId, soraVideoId, batchId, status, retryCount, error, place, missing, pictures } = record;
  const progress = progressOf(record);
  return {
    ...{ notionPageId, soraVideoId, batchId },
    completedAt: new Date(record.completedAt),
    expiresAt: new Date(record.expiresAt),
    downloadedAssets: place ? record.assets.map((asset) => assetOf(place, asset, filePathOf)) : [],
    ...{ status, retryCount, maxRetries: MAX_RETRY_ATTEMPTS },
    ...(error !== undefined && { error }),
    ...(progress && { progress }),
    ...(missing && { missing: missing.map(({ reason }) => reason) }),
    ...(pictures && { pictures }),
  };
}

function assetOf(
  place: Place,
  asset: DownloadRecord['assets'][number],
  filePathOf: ViewOptions['filePathOf'],
): DownloadedAsset {
  const { type, fileName, sizeBytes, sha256, mimeType } = asset;
  return {
    ...{ type, fileName, fileSize: sizeBytes, sha256, mimeType },
    filePath: filePathOf(place, asset),
    downloadedAt: new Date(asset.downloadedAt),
    version: place.version,
  };
}

export function summaryOf(records: readonly DownloadRecord[], nowMs: number): DownloadSummary {
  const summary = { pending: 0, downloading: 0, completed: 0, failed: 0, expired: 0, approachingExpiration: 0 };
  for (const record of records) {
    summary[record.status] += 1;
    if (isActive(record) && isApproachingExpiration(record, nowMs)) summary.approachingExpiration += 1;
  }
  return summary;
}
