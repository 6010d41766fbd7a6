import type { MediaItemView } from '#lib/web/media/media-view.ts';

/** Where to play an item from, the best first: the file on disk, the bytes in this page, the provider's link while it lives. */
export function playSources(item: MediaItemView, blobAddress: string | undefined, nowMs: number): string[] {
  const { badge, src } = item;
  const local = badge === 'on-disk' ? src : undefined;
  const remote = linkOf(item, nowMs) ?? (badge === 'on-disk' ? undefined : src);
  return [local, blobAddress, remote].filter((address) => address !== undefined);
}

function linkOf({ originalUrl, expiresAt, lostReason }: MediaItemView, nowMs: number): string | undefined {
  const isOver = expiresAt !== undefined && Date.parse(expiresAt) <= nowMs;
  return isOver || lostReason !== undefined ? undefined : originalUrl;
}
