import type { ErrorCode } from '#lib/base/errors.ts';

/** The state of a video as shown to people. `uncaptured`: made and paid for, not on disk yet. */
export type VideoState = 'none' | 'generating' | 'uncaptured' | 'ready' | 'failed' | 'canceled';

/** The latest progress; only while this server is working on the video. */
export interface LiveProgress {
  stage: 'prompt' | 'submitting' | 'queued' | 'generating' | 'downloading' | 'verifying' | 'uploading' | 'retrying';
  /** Time of the event, ISO 8601 UTC. */
  at: string;
  elapsedMs?: number;
  /** Of those uploaded to object storage, while that is going on. */
  bytesReceived?: number;
  bytesTotal?: number;
  bytesPerSecond?: number;
  etaSeconds?: number;
  /** Why it retries, and after how long. */
  reason?: string;
  waitMs?: number;
}

export interface VideoProblem {
  code: ErrorCode;
  /** What happened: our own text for the code. */
  message: string;
  /** Whether a retry may help. */
  retryable: boolean;
  /** The provider still has the paid result, or is still making it: a retry costs nothing. */
  isPaid?: boolean;
}

/** A picture of a film: its address, which ends in its hash, and its size in pixels. */
export interface PictureView {
  src: string;
  width: number;
  height: number;
}

export interface PicturesView {
  poster?: PictureView | undefined;
  /** At most 640 pixels wide. */
  posterSmall?: PictureView | undefined;
  /** Addresses of the sprite sheet and of its WebVTT index, and the size of the sheet in pixels. */
  sprites?: { sheet: string; index: string; width: number; height: number } | undefined;
}

/** One video as pages and the API see it. No path, signed link, key, or prompt that moderation refused or may refuse. */
export interface VideoView {
  /** `spotId/eraId` */
  key: string;
  spotId: string;
  eraId: string;
  state: VideoState;
  live?: LiveProgress;
  /** When the current submission was made. */
  submittedAt?: string;
  /** When the described film was ordered: earlier than `submittedAt` while a new one is being made or after that failed. */
  orderedAt?: string;
  completedAt?: string;
  /** While the result is not captured: when its link expires. */
  expiresAt?: string;
  /** `/videos/<file>?v=<hash>`, once ready; while a new one is being made, and if that fails, the earlier file. */
  src?: string;
  /** Of the film at `src`; absent while it has none. */
  pictures?: PicturesView;
  /** Public once the provider has made the video: until then, moderation may refuse it. */
  prompt?: string;
  model?: string;
  durationSeconds?: number;
  width?: number;
  height?: number;
  hasAudio?: boolean;
  sizeBytes?: number;
  sha256?: string;
  /** What was charged; null: unknown. Absent: nothing bought yet. */
  costUsd?: number | null;
  /** What buying it now would cost; null: unknown. */
  estimateUsd: number | null;
  /** Points in which the delivery differs from the order. */
  differences?: string[];
  /** Oddities of the file, which is complete nevertheless. */
  notes?: string[];
  problem?: VideoProblem;
  /** Ready: a newer film was ordered since and failed; this one is still valid. */
  lastTry?: { at: string; problem: VideoProblem };
  /** Made by the local sandbox: free, and not a real video. */
  sandbox?: boolean;
  /** How many former films can be restored; absent: none. See `VersionsView`. */
  formerVersions?: number;
  /** A film was deleted; until then the deletion can be undone. */
  undoUntil?: string;
  /** Only in the response to an order: which of its options were ignored. */
  note?: string;
}

/** One finished film of a place in a time. */
export interface VersionView {
  /** Its number, which no other film of the place and time ever has. */
  version: number;
  isCurrent: boolean;
  /** `/videos/<file>?v=<hash>`; absent where it cannot be played, and then `problem` says why. */
  src?: string;
  pictures?: PicturesView;
  completedAt?: string;
  prompt?: string;
  model?: string;
  durationSeconds?: number;
  width?: number;
  height?: number;
  hasAudio?: boolean;
  sizeBytes?: number;
  sha256?: string;
  /** What it was charged; null: not known. */
  costUsd?: number | null;
  problem?: VideoProblem;
}

/** The answer of `GET /api/videos/{spot}/{era}/versions`. */
export interface VersionsView {
  /** `spotId/eraId` */
  key: string;
  spotId: string;
  eraId: string;
  /** The newest first, the current one included. */
  versions: VersionView[];
  /** What can still be brought back, the last deleted first. */
  deleted: Array<Omit<VersionView, 'src' | 'pictures' | 'problem'> & { deletedAt: string; undoUntil: string }>;
}

/** Spending so far, in dollars. */
export interface SpendView {
  totalUsd: number;
  todayUsd: number;
  lostUsd: number;
  inFlightUsd: number;
  /** Submissions of unknown price. */
  unpriced: number;
  budgetUsd?: number;
}

/** Whether this visitor may buy, cancel and delete, and if not, why. */
export type SpendAccess =
  | {
      allowed: true;
      how: 'token' | 'same-machine';
      /** The server has no API key: nothing can be bought until it is started with one. */
      noKey?: true | undefined;
    }
  | { allowed: false; reason: string; canLogIn: boolean };

export interface Counts {
  total: number;
  /** With a playable film, even while a newer one is being made. */
  made: number;
  underWay: number;
  failed: number;
}

/** `stopped`: failed or canceled. Videos that were never ordered are in no group. */
export type VideoGroup = 'under-way' | 'stopped' | 'saved';

/** The response of `GET /api/videos`, the initial data of a page, and the first event of `GET /api/videos/events`. */
export interface Snapshot {
  videos: readonly VideoView[];
  /** Cursor of the next page, if there is one. */
  nextCursor?: string;
  /** How many videos the whole list has. */
  total?: number;
  /** The response only has what has changed since this event. */
  after?: string;
  /** The newest event: pass it as `after` to get only what this response does not have. */
  eventId: string;
  /** Of all videos, not only those in this response. */
  counts: Counts;
  spend: SpendView;
  access: SpendAccess;
  /** Whether the server uses the sandbox. */
  sandbox: boolean;
  /** Server time, so that countdowns do not depend on the visitor's clock. */
  now: string;
}
