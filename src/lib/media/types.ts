import type { ErrorCode } from '#lib/base/errors.ts';
import type { FilmPictures } from '#lib/jobs/record/job-record.ts';

export type MediaType = 'video' | 'audio' | 'image';

/**
 * Whether a local file can be used: `here`, or in the library's object storage; `missing` where it was (deleted, or changed by somebody); `in-cloud` when a
 * sync service keeps only its name on this machine; `offline` while the library's drive or folder is not there.
 */
export type LocalState = 'here' | 'missing' | 'in-cloud' | 'offline';

/** One video, sound or image of a project, and where it can be had. */
export interface MediaItem {
  id: string;
  name: string;
  type: MediaType;
  /** Relative to the library's root, with forward slashes: `projects/{projectId}/videos/{name}`. */
  localPath?: string | undefined;
  /** A `blob:` address lives as long as its page, and is never kept; '' where there is none. */
  url: string;
  /** The provider's link, which will expire. */
  originalUrl?: string | undefined;
  /** True while the file at `localPath` is there. */
  isLocalFile: boolean;
  /** Of the file, in bytes. */
  fileSize: number;
  /** In seconds. */
  duration?: number | undefined;
  width?: number | undefined;
  height?: number | undefined;
  /** In ms since the epoch. */
  createdAt: number;
  /** State of the file at `localPath`; undefined where the item has none. */
  localState?: LocalState | undefined;
  /** End of `originalUrl`, ISO 8601 in UTC; undefined where it is not known. */
  expiresAt?: string | undefined;
  /** The bytes are in the browser of whoever added the item. */
  inBrowser?: boolean | undefined;
  /** Why no copy can be had any more, as the last attempt to save it has shown. */
  lostReason?: string | undefined;
  modelId?: string | undefined;
  requestId?: string | undefined;
  sha256?: string | undefined;
  /** Of a film, in its folder; `isDue` until they are made. */
  pictures?: FilmPictures | undefined;
}

/** A new item; what is left out is found out or made. */
export interface MediaItemInput
  extends Partial<Omit<MediaItem, 'localState' | 'lostReason' | 'localPath' | 'pictures'>> {
  /** Where the file of `localPath` is in object storage, if it is there already. */
  object?: { location: string; name: string } | undefined;
  /** In the library: relative to its root, or absolute. */
  localPath?: string | undefined;
}

export interface BytesReceived {
  bytesReceived: number;
  bytesTotal?: number | undefined;
  /** Of a download. */
  bytesPerSecond?: number | undefined;
  etaSeconds?: number | undefined;
}

export interface SaveVideoOptions {
  /** Made safe for every file system; taken, it gets `-2`, `-3`. Left out: `AI-Video-{modelId}-{timestamp}.mp4`. */
  fileName?: string | undefined;
  projectId: string;
  /** The bytes; or `url`. */
  fileData?: ArrayBuffer | Uint8Array | ReadableStream<Uint8Array> | undefined;
  url?: string | undefined;
  /** End of the link, where the provider has said it. */
  expiresAt?: Date | undefined;
  modelId?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: BytesReceived) => void) | undefined;
  /** The steps of the saving, for a log. */
  onEvent?: ((event: MediaEvent) => void) | undefined;
}

/** Where the video can still be had after a failure: in the page's memory, at the provider, or nowhere. */
export type SaveFallback = 'blob' | 'remote' | 'none';

export interface SavedVideo {
  success: true;
  /** Relative to the library's root. */
  localPath: string;
  fileName: string;
  sizeBytes: number;
  sha256: string;
  /** Of the content, for archives. */
  crc32?: number | undefined;
  durationSeconds?: number | undefined;
  width?: number | undefined;
  height?: number | undefined;
}

export type SaveResult =
  | SavedVideo
  | { success: false; error: string; code: ErrorCode; retryable: boolean; fallback: SaveFallback };

/** A step worth a line in a log. */
export type MediaEvent =
  | { kind: 'saving'; fileName: string; projectId: string }
  | { kind: 'saved'; localPath: string; sizeBytes: number }
  | { kind: 'save-failed'; error: string; code: ErrorCode }
  | { kind: 'item-added'; item: MediaItem }
  /** A file goes into an archive. */
  | { kind: 'exporting'; name: string; source: 'local' | 'object-storage'; localPath: string };

export interface MediaEventOptions {
  /** What happens, for a log. */
  onEvent?: ((event: MediaEvent) => void) | undefined;
}
