import { adoptFiles, type MediaLibrary } from '#lib/media/index.ts';
import type { ServerLog } from '#lib/web/http/server-log.server.ts';

/** Gives items to files of the media library that an earlier process was killed over. Never rejects. */
export async function adoptFoundFiles(
  log: Pick<ServerLog, 'info' | 'error'>,
  options: { library?: MediaLibrary | undefined } = {},
): Promise<void> {
  try {
    const found = await adoptFiles(options);
    if (found.length > 0) log.info({ items: found.length }, 'files of the media library had no item, and have one now');
  } catch (error) {
    log.error({ err: error }, 'files of the media library without an item could not be looked for');
  }
}
