// The public surface: what routes and scripts import. SvelteKit refuses to bundle it for the browser.

import '#lib/base/supported-node.server.ts';

export { ERROR_CODES, type ErrorCode, isReelError, ReelError } from '#lib/base/errors.ts';

// The client of the service.

export type { OpenAIVideoStatus } from './answers/status.ts';
export type { OpenAIVideo } from './answers/video.ts';
export type {
  CallOptions,
  ContentLink,
  CreateOptions,
  ListOptions,
  OpenAIVideoRequest,
  OpenAIVideosClientOptions,
  OpenAIVideoVariant,
  RequestEncoding,
} from './api/options.ts';
export { OpenAIVideosClient } from './openai-videos-client.ts';

// Downloads: the files of finished videos, fetched before the service deletes them.

export { AssetDownloadManager, assetDownloadManager } from './asset-download-manager.ts';
export type {
  AssetType,
  DownloadBytes,
  DownloadEvent,
  DownloadEventKind,
  DownloadedAsset,
  DownloadJob,
  DownloadStatus,
  DownloadSummary,
} from './assets/job/types.ts';
export type { CleanUpRule, RemovedVersion } from './assets/run/clean-up.ts';
export type { DownloadedFile } from './assets/run/find-file.ts';
export {
  type DownloadedFilm,
  listDownloadsWithoutPictures,
  makeDownloadPictures,
} from './assets/run/missing-pictures.server.ts';
export { type AssetDownloadManagerOptions, downloadRecords } from './assets/run/settings.server.ts';
export {
  type StatusPoller,
  type StatusPollerOptions,
  startStatusPoller,
  type WatchedVideo,
  watchRecords,
} from './status-poller.ts';

// Making videos.

export type { DeadlineWarning, JobProgress } from '#lib/jobs/progress.ts';
export { isUnfinished } from '#lib/jobs/record/state.ts';
export {
  findGeneratedFile,
  type GenerateVideoResult,
  generateWithOpenAIVideos,
  listGeneratedVideos,
  resumeOpenAIVideos,
  stopOpenAIVideos,
} from './generate/generate.server.ts';
export type { GenerateVideoOptions, ResumeVideosOptions } from './generate/options.ts';
export {
  type GeneratedFilm,
  listGeneratedFilmsWithoutPictures,
  makeGeneratedPictures,
} from './generate/pictures.server.ts';
export type { GeneratedVideo } from './generate/record.ts';
export { generatedVideoRecords } from './generate/record-store.server.ts';
export { VIDEO_PRICES, type VideoPrice, type VideoPrices } from './prices.ts';
