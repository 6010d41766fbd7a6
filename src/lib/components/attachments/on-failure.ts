/** Calls `listener` when a film cannot be loaded, even if it failed before the script was loaded. */
export function onFailure(player: HTMLVideoElement, listener: () => void): () => void {
  if (player.error) listener();
  player.addEventListener('error', listener);
  return () => player.removeEventListener('error', listener);
}
