/** The part of a video element that is used here. */
export interface Player {
  currentTime: number;
  playbackRate: number;
  readonly duration: number;
  readonly paused: boolean;
  readonly seeking: boolean;
  play(): Promise<void>;
  pause(): void;
}

/** Less than this, two frames, nobody sees. */
const TOLERANCE_SECONDS = 0.04;
/** From here on a film is sent to its place; below it, a seek would take longer than a slightly other speed does. */
const SEEK_FROM_SECONDS = 0.3;
const CATCH_UP_RATE = 0.15;

/**
 * Brings the other films to where the first one stands, playing or not. A shorter film begins again while a longer one
 * goes on, so that both always move.
 */
export function keepInStep(leader: Player, followers: readonly Player[]): void {
  for (const follower of followers) {
    const target = follower.duration > 0 ? leader.currentTime % follower.duration : leader.currentTime;
    bringTo(follower, target, leader.paused);
    if (follower.paused !== leader.paused) setPlaying(follower, !leader.paused);
  }
}

function bringTo(follower: Player, target: number, isPaused: boolean): void {
  if (follower.seeking) return;
  const ahead = aheadOf(follower, target);
  const isOff = Math.abs(ahead) > TOLERANCE_SECONDS;
  if (Math.abs(ahead) > SEEK_FROM_SECONDS || (isOff && isPaused)) follower.currentTime = target;
  const rate = isOff && !isPaused ? 1 - Math.sign(ahead) * CATCH_UP_RATE : 1;
  if (follower.playbackRate !== rate) follower.playbackRate = rate;
}

/** Seconds by which a film is too far, below zero when it is behind. In a loop the last moment lies next to the first. */
function aheadOf({ currentTime, duration }: Player, target: number): number {
  const ahead = currentTime - target;
  if (!(duration > 0) || Math.abs(ahead) <= duration / 2) return ahead;
  return ahead - Math.sign(ahead) * duration;
}

/** A browser may refuse to play, or drop the wish when the source changes: the picture then stands still, no more. */
export function setPlaying(player: Player, isPlaying: boolean): void {
  if (isPlaying) player.play().catch(() => {});
  else player.pause();
}
