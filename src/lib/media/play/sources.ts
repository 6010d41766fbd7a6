import { mediaAddress } from '#lib/media/names/project-id.ts';
import type { MediaItem } from '#lib/media/types.ts';

export interface PlaybackSource {
  kind: 'local' | 'blob' | 'remote' | 'lost';
  /** For `src` of a player; undefined where there is nothing to play. */
  address?: string | undefined;
}

export interface ExportSource {
  kind: 'local' | 'remote' | 'lost';
  /** Of a local file: relative to the library's root. */
  address?: string | undefined;
}

export interface Available {
  /** Whether this page has the bytes; default: whether `url` is a `blob:` address. */
  blob?: boolean | undefined;
  nowMs?: number | undefined;
}

/** Pages of an Electron app have no server. */
const IN_ELECTRON = /^(reelkeep-media:\/\/files)\//;

/** What to play: the file on disk, else the bytes in this page, else the provider's link while it lives. */
export function playbackSource(item: MediaItem, { blob, nowMs }: Available = {}): PlaybackSource {
  const [, filesAt] = IN_ELECTRON.exec(item.url) ?? [];
  const address = localOf(item) && mediaAddress(localOf(item) ?? '', filesAt);
  if (address) return { kind: 'local', address };
  if (blob ?? item.url.startsWith('blob:')) {
    return { kind: 'blob', ...(item.url.startsWith('blob:') && { address: item.url }) };
  }
  return remoteOf(item, nowMs) ?? { kind: 'lost' };
}

/** What to put into an archive or a download: the file on disk, else the provider's link while it lives. */
export function exportSource(item: MediaItem, { nowMs }: Pick<Available, 'nowMs'> = {}): ExportSource {
  const localPath = localOf(item);
  if (localPath) return { kind: 'local', address: localPath };
  return remoteOf(item, nowMs) ?? { kind: 'lost' };
}

function localOf({ isLocalFile, localPath, localState = 'here' }: MediaItem): string | undefined {
  return isLocalFile && localState === 'here' ? localPath : undefined;
}

function remoteOf({ originalUrl, expiresAt, lostReason }: MediaItem, nowMs = Date.now()) {
  const isOver = expiresAt !== undefined && Date.parse(expiresAt) <= nowMs;
  if (!originalUrl || isOver || lostReason !== undefined) return undefined;
  return { kind: 'remote' as const, address: originalUrl };
}
