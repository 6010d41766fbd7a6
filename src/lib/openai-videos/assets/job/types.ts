import type { FilmPictures } from '#lib/jobs/record/job-record.ts';

export type AssetType = 'video' | 'thumbnail' | 'spritesheet';

/** A file of a video that is in place, whole and verified. */
export type DownloadedAsset = {
  type: AssetType;
  /** Absolute in the local folder; in another asset store the name there. */
  filePath: string;
  fileName: string;
  /** Bytes. */
  fileSize: number;
  downloadedAt: Date;
  version: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  /** Of what the service sent, whatever the file name says. */
  mimeType: string;
};

export type DownloadStatus = 'pending' | 'downloading' | 'completed' | 'failed' | 'expired';

export type DownloadJob = {
  notionPageId: string;
  soraVideoId: string;
  batchId: string;
  /** When the service had finished the video. */
  completedAt: Date;
  /** Until when the service keeps its files; the end of the year 9999 if it names no end. */
  expiresAt: Date;
  downloadedAssets: DownloadedAsset[];
  status: DownloadStatus;
  /** Tries that have failed since the job was queued or retried by hand. */
  retryCount: number;
  /** After so many quick retries (1, 2 and 4 s) the job is retried less often, until it expires. */
  maxRetries: number;
  /** Why the last try failed, or why there is no further one. */
  error?: string;
  /** Of all files of the video together, while this process downloads them. */
  progress?: DownloadBytes;
  /** One sentence for each optional file that is missing. */
  missing?: string[];
  /** Made from the film, in its folder: poster, sprite sheet and index. */
  pictures?: FilmPictures;
};

export type DownloadBytes = {
  bytesReceived: number;
  /** Absent until the service has announced the size of every file. */
  bytesTotal?: number;
};

export type DownloadSummary = {
  pending: number;
  downloading: number;
  completed: number;
  failed: number;
  expired: number;
  /** Pending or downloading, with less than ten minutes left. */
  approachingExpiration: number;
};

export type DownloadEventKind =
  | 'queued'
  | 'downloading'
  | 'retrying'
  | 'completed'
  | 'failed'
  | 'expired'
  | 'expiring-soon'
  | 'notion-queued'
  | 'notion-failed';

export type DownloadEvent = {
  kind: DownloadEventKind;
  level: 'info' | 'warn' | 'error';
  /** For a log. May quote the service: not for the public. */
  message: string;
  job: DownloadJob;
};
