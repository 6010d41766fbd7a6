import { isReelError } from '#lib/base/errors.ts';
import type { Settings } from '#lib/config.ts';
import { mayGiveUp, mayStillDeliver, stateOf, type VideoMetadata } from '#lib/wanx/index.ts';
import { TASK_LIFE_MS } from '#lib/wanx/models.ts';
import { hasVideoFile } from '#lib/wanx/videos/job.server.ts';

/** The state of a video, as `npm run videos` shows it. */
export type State =
  | 'missing'
  | 'ready'
  | 'file missing'
  | 'file replaced'
  | 'under way'
  | 'unfinished'
  | 'outcome unknown'
  | 'cancelled'
  | 'expired'
  | 'failed';

const WORDS = {
  new: 'missing',
  'in-flight': 'unfinished',
  'unknown-outcome': 'outcome unknown',
  expired: 'expired',
  failed: 'failed',
} as const;

export function videoState(settings: Settings, record: VideoMetadata | undefined, nowMs: number): State {
  if (!record) return 'missing';
  const { kind } = stateOf(record);
  if (kind === 'ready') return stateOfFile(settings, record);
  if (kind === 'canceled') return 'cancelled';
  const isLeased = record.lease !== undefined && Date.parse(record.lease.expiresAt) > nowMs;
  return isLeased ? 'under way' : WORDS[kind];
}

/** A path that cannot be inspected, or is a link or a folder, must not keep the other videos from being listed. */
function stateOfFile(settings: Settings, record: VideoMetadata): State {
  try {
    return hasVideoFile(settings, record) ? 'ready' : 'file missing';
  } catch (error) {
    if (isReelError(error) && error.code === 'disk') return 'file replaced';
    throw error;
  }
}

/** What ordering a video will do. Only `buy` is certain to cost money. */
export type Plan = 'have' | 'finish' | 'buy';

export function planFor(settings: Settings, record: VideoMetadata | undefined, nowMs: number, force = false): Plan {
  switch (videoState(settings, record, nowMs)) {
    case 'ready':
      return force ? 'buy' : 'have';
    case 'file missing':
      return !force && linkLives(record, nowMs) ? 'finish' : 'buy';
    case 'cancelled':
      return record && mayStillDeliver(record) ? 'finish' : 'buy';
    case 'unfinished':
    case 'outcome unknown':
      return force && record && mayGiveUp(record, TASK_LIFE_MS, nowMs) ? 'buy' : 'finish';
    // Waiting for another process means taking what it makes, with or without `force`.
    case 'under way':
      return 'finish';
    default:
      return 'buy';
  }
}

/** The file of a finished video can be fetched again for free until its link expires. */
function linkLives(record: VideoMetadata | undefined, nowMs: number): boolean {
  return record?.expiresAt !== undefined && Date.parse(record.expiresAt) > nowMs;
}
