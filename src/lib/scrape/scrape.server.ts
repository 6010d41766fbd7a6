import { DownloadService, type StoreOptions } from './download-service.ts';
import type { DownloadRequest } from './record/check-request.ts';
import type { ScrapedVideo, StoreResult } from './record/types.ts';
import type { CleanUpResult } from './storage/clean-up.server.ts';
import type { CleanUpRule } from './storage/clean-up-rule.ts';
import type { StorageUsage } from './storage/usage.ts';
import type { VerifyOptions, VerifyResult } from './storage/verify.server.ts';

/** The service of this app, by its settings. */
export const downloadService: DownloadService = new DownloadService();

/** As `DownloadService.downloadAndStore`. Never rejects. */
export function downloadAndStore(request: DownloadRequest, options?: StoreOptions): Promise<StoreResult> {
  return downloadService.downloadAndStore(request, options);
}

/** As `DownloadService.getStorageUsage`. */
export function getStorageUsage(options?: { channelId?: string; withVersions?: boolean }): Promise<StorageUsage> {
  return downloadService.getStorageUsage(options);
}

/** As `DownloadService.cleanUp`. */
export function cleanUp(rule: CleanUpRule, listed?: readonly ScrapedVideo[]): Promise<CleanUpResult> {
  return downloadService.cleanUp(rule, listed);
}

/** As `DownloadService.verifyStorage`. */
export function verifyStorage(options?: VerifyOptions): Promise<VerifyResult> {
  return downloadService.verifyStorage(options);
}

/** As `DownloadService.getScrapedVideo`. */
export function getScrapedVideo(channelId: string, videoId: string): Promise<ScrapedVideo | undefined> {
  return downloadService.getScrapedVideo(channelId, videoId);
}
