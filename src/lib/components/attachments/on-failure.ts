/** Tells when a film cannot be loaded, also when that was so before the script came and heard of it. */
export function onFailure(player: HTMLVideoElement, told: () => void): () => void {
  if (player.error) told();
  player.addEventListener('error', told);
  return () => player.removeEventListener('error', told);
}
