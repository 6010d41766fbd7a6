/**
 * Calls `listener` when a picture cannot be loaded, even if it failed before the script was loaded. An attachment, since the
 * policy of our pages refuses the `onerror` that is written into their HTML.
 */
export function onPictureLost(picture: HTMLImageElement, listener: () => void): () => void {
  if (picture.complete && picture.naturalWidth === 0) listener();
  picture.addEventListener('error', listener);
  return () => picture.removeEventListener('error', listener);
}
