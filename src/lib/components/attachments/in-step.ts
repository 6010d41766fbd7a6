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

/** Two frames: a smaller difference is not visible. */
const TOLERANCE_SECONDS = 0.04;
/** From here on a film seeks; below, catching up at a slightly different speed is faster. */
const SEEK_FROM_SECONDS = 0.3;
const CATCH_UP_RATE = 0.15;

/**
 * Brings the other films to the position of the first one, playing or not. A shorter film loops while a longer one is still
 * playing, so that both always move.
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

/** Seconds by which a film is ahead; negative if it is behind. In a loop, the last moment is next to the first. */
function aheadOf({ currentTime, duration }: Player, target: number): number {
  const ahead = currentTime - target;
  if (!(duration > 0) || Math.abs(ahead) <= duration / 2) return ahead;
  return ahead - Math.sign(ahead) * duration;
}

/** A browser may refuse to play, or abort when the source changes: then the picture just stays still. */
export function setPlaying(player: Player, isPlaying: boolean): void {
  if (isPlaying) player.play().catch(() => {});
  else player.pause();
}
