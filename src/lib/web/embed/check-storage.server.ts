import { readSettings } from '#lib/config.ts';
import { checkAssetStore } from '#lib/wanx/index.ts';
import type { ServerLog } from '#lib/web/http/server-log.server.ts';

/**
 * Says in the log what keeps finished files from being stored, before the first one is finished. Never rejects: films that
 * are here can be played all the same, and a store that is away now may be back by then.
 */
export async function checkStorage(log: Pick<ServerLog, 'warn' | 'error'>): Promise<void> {
  try {
    for (const note of await checkAssetStore(readSettings())) log.warn({}, note);
  } catch (error) {
    log.error({ err: error }, 'finished files cannot be stored');
  }
}
