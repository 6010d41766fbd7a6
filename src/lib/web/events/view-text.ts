import type { VideoView } from '#lib/web/videos/view.ts';

const encoder = new TextEncoder();
const texts = new WeakMap<VideoView, string>();
const lists = new WeakMap<readonly VideoView[], Uint8Array>();

/** The view as JSON, built once for all listeners. */
export function textOf(view: VideoView): string {
  const known = texts.get(view);
  if (known !== undefined) return known;
  const text = JSON.stringify(view);
  texts.set(view, text);
  return text;
}

/** An object with videos as JSON, in pieces; the largest is shared by all responses with the same list. */
export function bytesWithVideos({ videos, ...rest }: { videos: readonly VideoView[] } & object): Uint8Array[] {
  const tail = JSON.stringify(rest).slice(1);
  return [encoder.encode('{"videos":['), bytesOf(videos), encoder.encode(tail === '}' ? ']}' : `],${tail}`)];
}

function bytesOf(videos: readonly VideoView[]): Uint8Array {
  const known = lists.get(videos);
  if (known) return known;
  const bytes = encoder.encode(videos.map(textOf).join(','));
  lists.set(videos, bytes);
  return bytes;
}
