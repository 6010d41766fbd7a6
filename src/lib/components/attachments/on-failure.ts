/** Two failures at the same place, in seconds: the film itself is at fault. */
const SAME_PLACE_SECONDS = 0.5;

/**
 * Calls `listener` when a film cannot be loaded, even if it failed before the script was loaded. A film that was playing is
 * first asked for once more at its address, and goes on where it stopped: a link to object storage behind that address may
 * have expired, and the address gives a new one.
 */
export function onFailure(player: HTMLVideoElement, listener: () => void): () => void {
  let hasLoaded = player.readyState > 0;
  let lastStop = Number.NEGATIVE_INFINITY;
  // By its events: at an error some browsers have paused it already, and only say so afterwards.
  let isPlaying = !player.paused;
  const onLoaded = () => {
    hasLoaded = true;
  };
  const onPlay = () => {
    isPlaying = true;
  };
  const onPause = () => {
    isPlaying = false;
  };
  const onError = () => {
    const { currentTime } = player;
    if (!hasLoaded || Math.abs(currentTime - lastStop) < SAME_PLACE_SECONDS) return listener();
    lastStop = currentTime;
    loadAgain(player, currentTime, isPlaying);
  };
  if (player.error) listener();
  const listeners = { loadedmetadata: onLoaded, play: onPlay, pause: onPause, error: onError };
  for (const [type, one] of Object.entries(listeners)) player.addEventListener(type, one);
  return () => {
    for (const [type, one] of Object.entries(listeners)) player.removeEventListener(type, one);
  };
}

function loadAgain(player: HTMLVideoElement, seconds: number, isPlaying: boolean): void {
  const resume = () => {
    player.currentTime = seconds;
    // One with `autoplay` would start. The browser may refuse to play without a click.
    if (isPlaying) player.play().catch(() => {});
    else player.pause();
  };
  player.addEventListener('loadedmetadata', resume, { once: true });
  player.load();
}
