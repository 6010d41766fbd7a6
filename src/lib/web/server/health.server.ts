import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readSettings } from '#lib/config.ts';
import { countVideos, isSandbox } from '#lib/wanx/index.ts';

export interface Health {
  status: 'ok' | 'failing';
  version: string;
  uptimeSeconds: number;
  sandbox: boolean;
  store: { readable: boolean; records: number | null };
  disk: { freeBytes: number | null };
}

/** Whether the server can work, for monitoring; contains no secrets and no paths. Never throws. */
export async function readHealth(version: string): Promise<Health> {
  const records = await recordCount();
  const { isThere, freeBytes } = await freeSpace();
  return {
    status: records === null || !isThere ? 'failing' : 'ok',
    version,
    uptimeSeconds: Math.floor(process.uptime()),
    sandbox: orElse(() => isSandbox(readSettings()), false),
    store: { readable: records !== null, records },
    disk: { freeBytes },
  };
}

function recordCount(): Promise<number | null> {
  return Promise.try(countVideos).catch(() => null);
}

/**
 * Of the volume with the videos; their folder may not exist before the first one. Some network and FUSE file systems report
 * zero blocks: their free space is unknown.
 */
async function freeSpace(): Promise<{ isThere: boolean; freeBytes: number | null }> {
  const { videoDir } = orElse(readSettings, { videoDir: '.' });
  for (let folder = videoDir; ; folder = dirname(folder)) {
    const found = await statfs(folder).catch(() => undefined);
    if (found) return { isThere: true, freeBytes: found.blocks === 0 ? null : found.bavail * found.bsize };
    if (folder === dirname(folder)) return { isThere: false, freeBytes: null };
  }
}

function orElse<T, F>(read: () => T, fallback: F): T | F {
  try {
    return read();
  } catch {
    return fallback;
  }
}
