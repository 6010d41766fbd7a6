import type { ErrorCode } from '#lib/base/errors.ts';

/** How far a video has come, in the words of a person. `uncaptured`: made and paid for, not on disk yet. */
export type VideoState = 'none' | 'generating' | 'uncaptured' | 'ready' | 'failed' | 'canceled';

/** What the running work last told; only while somebody in this server works on it. */
export interface LiveProgress {
  stage: 'prompt' | 'submitting' | 'queued' | 'generating' | 'downloading' | 'verifying' | 'retrying';
  /** Time of the news, ISO 8601 UTC. */
  at: string;
  elapsedMs?: number;
  bytesReceived?: number;
  bytesTotal?: number;
  bytesPerSecond?: number;
  etaSeconds?: number;
  /** Why it tries again, and after how long. */
  reason?: string;
  waitMs?: number;
}

export interface VideoProblem {
  code: ErrorCode;
  /** What happened, in words of ours for its code. */
  message: string;
  /** Whether asking again costs nothing, or may help. */
  retryable: boolean;
  /** The provider still has the paid result, or goes on making it: trying again costs nothing. */
  isPaid?: boolean;
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
  /** When the film that is described was ordered: earlier, while a new one is made or after that came to nothing. */
  orderedAt?: string;
  completedAt?: string;
  /** While the result is not captured: when its link dies. */
  expiresAt?: string;
  /** `/videos/<file>?v=<hash>`, once ready; while a new one is made, and after that failed, the earlier file. */
  src?: string;
  /** Once the provider has made the video: before, its moderation may refuse it. */
  prompt?: string;
  model?: string;
  durationSeconds?: number;
  width?: number;
  height?: number;
  hasAudio?: boolean;
  sizeBytes?: number;
  sha256?: string;
  /** What it was charged; null: not known. Absent: nothing bought yet. */
  costUsd?: number | null;
  /** What buying it now would cost; null: not known. */
  estimateUsd: number | null;
  /** Points in which the delivery differs from the order. */
  differences?: string[];
  /** What is odd about the file, though it is whole. */
  notes?: string[];
  problem?: VideoProblem;
  /** Ready: a newer film was asked for since, and came to nothing; this one still stands. */
  lastTry?: { at: string; problem: VideoProblem };
  /** Made by the local sandbox: free, and no real video. */
  sandbox?: boolean;
  /** How many films it had before that can be restored; absent: none. See `VersionsView`. */
  formerVersions?: number;
  /** A film was deleted, and until then that can be undone. */
  undoUntil?: string;
  /** In the answer to an order alone: what of it was not followed. */
  note?: string;
}

/** One finished film of a place in a time. */
export interface VersionView {
  /** Its number, which no other film of the place and time ever has. */
  version: number;
  isCurrent: boolean;
  /** `/videos/<file>?v=<hash>`; absent where it cannot be played, and then `problem` says why. */
  src?: string;
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
  deleted: Array<Omit<VersionView, 'src' | 'problem'> & { deletedAt: string; undoUntil: string }>;
}

/** Spending so far, in dollars. */
export interface SpendView {
  totalUsd: number;
  todayUsd: number;
  lostUsd: number;
  inFlightUsd: number;
  /** Submissions whose price is not known. */
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
  /** With a film that can be played, also while a newer one is made. */
  made: number;
  underWay: number;
  failed: number;
}

/** `stopped`: failed or canceled. What was never asked for is in none. */
export type VideoGroup = 'under-way' | 'stopped' | 'saved';

/** The answer of `GET /api/videos`, what a page begins with, and the first event of `GET /api/videos/events`. */
export interface Snapshot {
  videos: readonly VideoView[];
  /** Where the next page goes on, when only some were asked for and there are more. */
  nextCursor?: string;
  /** How many videos the whole list has, of which this is a page. */
  total?: number;
  /** The answer holds only what has changed since this event. */
  after?: string;
  /** The newest event: `after` this one there is only what this answer does not have yet. */
  eventId: string;
  /** Of all videos, whichever the answer holds. */
  counts: Counts;
  spend: SpendView;
  access: SpendAccess;
  /** The server runs on the sandbox. */
  sandbox: boolean;
  /** Server time, so that countdowns do not depend on the visitor's clock. */
  now: string;
}
