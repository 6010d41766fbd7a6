// The public surface: what routes and scripts import. It re-exports files that only a server may load, so SvelteKit
// refuses to bundle it for the browser; a page takes types from here, or pure files such as `models.ts` directly.

import '#lib/base/supported-node.server.ts';

// Errors.

export { ERROR_CODES, type ErrorCode, isReelError, ReelError } from '#lib/base/errors.ts';

// Making videos.

export type { CaptureProgress as DownloadProgress } from '#lib/capture/capture.server.ts';
export type { JobWatcher } from '#lib/jobs/engine.server.ts';
export type { DeadlineWarning } from '#lib/jobs/progress.ts';
export { ORDER_FIELDS } from '#lib/wanx/request/option-table.ts';
export { isVideoRunning, stopVideos, watchVideos } from '#lib/wanx/run/engine.server.ts';
export type { GenerateResult } from '#lib/wanx/run/result.ts';
export type { GenerateProgress, ProgressCallback } from '#lib/wanx/run/settings.ts';
export { type CancelResult, cancelVideo, withdrawOrder } from '#lib/wanx/videos/cancel.server.ts';
export { checkOrder, checkOrderOptions, orderNote } from '#lib/wanx/videos/order.server.ts';
export { type ResumeOptions, resumeVideos } from '#lib/wanx/videos/resume.server.ts';
export {
  type DownloadOptions,
  type DownloadResult,
  downloadVideo,
  type GenerateOptions,
  generateAndStoreVideo,
} from './video-storage.ts';

// Where finished files go.

export { checkAssetStore, sweepUploads } from '#lib/stores/assets/open-asset-store.server.ts';

// Records: what was made, what it cost, and how it stands.

export type { Receipt } from '#lib/jobs/record/job-record.ts';
export {
  failureCodeOf,
  isUnfinished,
  mayGiveUp,
  mayStillDeliver,
  type RecordState,
  stateOf,
} from '#lib/jobs/record/state.ts';
export { nextTry } from '#lib/jobs/run/retry.ts';
export { reportSpending, type SpendLine, type SpendReport } from '#lib/jobs/spending/report.ts';
export { SpendTally, spendTotalNames, sumsOfTotals } from '#lib/jobs/spending/tally.ts';
export { refusedPromptOf } from '#lib/wanx/request/refused-prompt.ts';
export {
  type CapturedFile,
  capturedFile,
  FILM_ELSEWHERE,
  type FilmObject,
  filmFault,
  filmObject,
  versionFile,
} from '#lib/wanx/videos/captured-file.server.ts';
export { latestOf, nextChangeMs, shownBy } from './video-lists.ts';
export {
  countVideos,
  findVideo,
  followVideos,
  getAllVideoMetadata,
  getVideoMetadata,
  listVideos,
  markVideoFailed,
  setVideoMetadata,
  type VideoMetadata,
  type VideoMetadataInput,
  videoRecords,
  videosAsStored,
  watchMovingVideos,
} from './video-metadata.ts';

// Versions: the films that newer ones have replaced.

export { keptVersions, undoableVersions, undoUntilMs, versionsOf } from '#lib/jobs/versions/film-record.ts';
export { parseVersionName } from '#lib/jobs/versions/version-names.ts';
export {
  type DeletedVersion,
  deleteCurrentVideo,
  deleteVersion,
  listDeletedVersions,
  listVersions,
  restoreVersion,
  undoDelete,
  type VideoVersion,
} from '#lib/wanx/videos/versions.server.ts';

// Pictures: poster, sprite sheet and WebVTT.

export { type FilmPictures, type Picture, parsePictureName } from '#lib/pictures/index.ts';
export { pictureFile, picturesShown } from '#lib/wanx/pictures/picture-file.server.ts';
export {
  type FilmWithoutPictures,
  listFilmsWithoutPictures,
  listVideosWithPicturesDue,
  makeVideoPictures,
  type VideoPictureOptions,
} from '#lib/wanx/pictures/video-pictures.server.ts';

// Audit and rescue.

export {
  type AuditedOrphan,
  type AuditFinding,
  type AuditOptions,
  type AuditReport,
  auditVideos,
} from '#lib/wanx/audit/audit.server.ts';
export {
  listRescuable,
  type RescueOptions,
  type RescueResult,
  type RescueRow,
  rescueTask,
} from '#lib/wanx/videos/rescue.server.ts';

// Places, prompts and models.

export {
  type CostEstimate,
  type CostQuestion,
  estimateCost,
  findModel,
  listModels,
  type Ratio,
  type Resolution,
  type WanModel,
} from './models.ts';
export { buildEnhancedPrompt, buildNegativePrompt, type PromptOptions } from './prompt-builder.ts';
export { type Era, parseEra, parseSpot, type Spot, type SpotWithEras, videoFileName, videoKey } from './spot.ts';

// The client of the service.

export type { ProxySettings } from '#lib/base/network/proxy.server.ts';
export { isSandbox, LOCAL_SANDBOX } from '#lib/wanx/dashscope/endpoint.ts';
export type { WanxTask, WanxTaskStatus, WanxTaskSummary, WanxUsage } from '#lib/wanx/dashscope/task.ts';
export type {
  AudioSetting,
  MediaInputs,
  MediaSource,
  OrderOptions,
  Quality,
  Reference,
  VideoOptions,
  WanxRequest,
} from '#lib/wanx/request/options.ts';
export * from './wanx-client.ts';
