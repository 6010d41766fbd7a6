import type { ErrorCode } from '#lib/base/errors.ts';

export type DownloadStatus = 'pending' | 'downloading' | 'downloaded' | 'failed';

/** One attempt to download and store a film. */
export interface ProcessingJob {
  attempt: number;
  /** `postponed`: the site pauses, which spends no attempt. `interrupted`: stopped or killed; the next attempt goes on. */
  status: 'running' | 'succeeded' | 'failed' | 'postponed' | 'interrupted';
  stage: 'starting' | 'probing' | 'downloading' | 'processing' | 'verifying' | 'uploading';
  bytesReceived?: number | undefined;
  bytesTotal?: number | undefined;
  bytesUploaded?: number | undefined;
  startedAt: string;
  endedAt?: string | undefined;
  error?: string | undefined;
  code?: string | undefined;
}

/** A picture of a film; width and height in pixels. */
export interface StoredPicture {
  /** In the store of the film. */
  name: string;
  sha256: string;
  width?: number | undefined;
  height?: number | undefined;
}

/** A scraped film as it is on record. Times are ISO 8601 in UTC, sizes bytes, durations seconds. */
export interface ScrapedVideo {
  channelId: string;
  videoId: string;
  sourceUrl: string;
  title?: string | undefined;
  /** When the site published it, as the site says. */
  uploadedAt?: string | undefined;
  createdAt: string;
  download_status: DownloadStatus;
  /** `s3://…`, or `file://…` in the local folder. */
  download_url?: string | undefined;
  download_size?: number | undefined;
  download_duration?: number | undefined;
  /** Such as `1080p`. */
  download_resolution?: string | undefined;
  download_width?: number | undefined;
  download_height?: number | undefined;
  /** The container, such as `mp4`. */
  download_format?: string | undefined;
  download_mime_type?: string | undefined;
  download_video_codec?: string | undefined;
  download_audio_codec?: string | undefined;
  /** Whether every browser plays it. */
  download_plays_everywhere?: boolean | undefined;
  /** Lower-case hexadecimal. */
  download_sha256?: string | undefined;
  /** Tries since it was last asked for. One that its site's pause has postponed does not count. */
  download_attempts: number;
  download_error?: string | undefined;
  download_error_code?: string | undefined;
  /** Whether the same call may succeed later. */
  download_retryable?: boolean | undefined;
  /** When a film that is not out yet may be tried. */
  download_retry_at?: string | undefined;
  /** Until when the process that works on it has it, unless it stays alive. Absent: no process works on it. */
  download_held_until?: string | undefined;
  download_started_at?: string | undefined;
  download_completed_at?: string | undefined;
  /** What is worth knowing about the file, one sentence each. */
  notes?: string[] | undefined;
  /** The newest attempts, oldest first; the last one says how far a download is that is under way. */
  processing_jobs: ProcessingJob[];
  /** Where the film and its pictures are; absent while nothing is stored. */
  stored?: { location: string; name: string };
  /** Those that there are. */
  pictures?: {
    poster?: StoredPicture;
    posterSmall?: StoredPicture;
    spriteSheet?: StoredPicture;
    spriteIndex?: StoredPicture;
  };
  /** Of all its pictures together. */
  pictureBytes: number;
}

export type StoreResult =
  | {
      success: true;
      record: ScrapedVideo;
      /** It was stored already. */
      skipped: boolean;
    }
  | { success: false; error: string; code: ErrorCode; retryable: boolean; record?: ScrapedVideo };
