// The public surface: what routes and scripts import. SvelteKit refuses to bundle it for the browser.

import '#lib/base/supported-node.server.ts';

export { ERROR_CODES, type ErrorCode, isReelError, ReelError } from '#lib/base/errors.ts';
export { DownloadService, type ScrapeEvent, type StoreOptions } from './download-service.ts';
export type { DownloadRequest } from './record/check-request.ts';
export type { FilmFilter } from './record/film-filter.ts';
export { scrapedRecords } from './record/record.ts';
export type { DownloadStatus, ProcessingJob, ScrapedVideo, StoredPicture, StoreResult } from './record/types.ts';
export {
  cleanUp,
  downloadAndStore,
  downloadService,
  getScrapedVideo,
  getStorageUsage,
  verifyStorage,
} from './scrape.server.ts';
export type { DownloadServiceOptions } from './service-options.server.ts';
export { sitePauseRecords } from './sites/site-pause.ts';
export type { CleanUpResult } from './storage/clean-up.server.ts';
export type { CleanUpRule } from './storage/clean-up-rule.ts';
export type { FilmPage, WantedFilms } from './storage/film-page.ts';
export type { ScrapedFile, ScrapedFileKind } from './storage/scraped-file.ts';
export type {
  ChannelUsage,
  RetainedVersions,
  StorageGrowth,
  StorageUsage,
  UsageFigures,
} from './storage/usage.ts';
export type { StorageProblem, VerifyOptions, VerifyResult } from './storage/verify.server.ts';
export { listChannel } from './video-downloader/list-channel.server.ts';
export type {
  DownloadedVideo,
  DownloadVideo,
  ListedVideo,
  VideoProgress,
  VideoRequest,
} from './video-downloader/types.ts';
export type { BatchOptions, BatchResult } from './work/batch.ts';
export type { ScrapeProgress } from './work/context.ts';
export { listScrapedFilmsWithoutPictures, makeScrapedPictures } from './work/missing-pictures.server.ts';
