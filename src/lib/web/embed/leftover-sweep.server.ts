import { join } from 'node:path';
import { everyInterval } from '#lib/base/clock.ts';
import { removeOldTemporaries } from '#lib/base/disk/old-temporaries.server.ts';
import { readScrapedAssets, readSettings } from '#lib/config.ts';
import { sweepUploads } from '#lib/wanx/index.ts';
import { LogOnce } from '#lib/web/http/log-once.ts';
import type { ServerLog } from '#lib/web/http/server-log.server.ts';

type Log = Pick<ServerLog, 'info' | 'warn'>;

const LOOK_EVERY_MS = 3_600_000;
/** Longer than any copy takes. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;
/** `{project}/videos` of the media library. */
const DEEPEST = 2;

/**
 * Removes, now and every hour, what killed processes of every part have left: uploads in object storage, of which what was
 * sent is paid for though it is no object that anybody sees, and local copies of its films, which were made for ffmpeg. An
 * upload that a process goes on with stays.
 */
export class LeftoverSweep {
  readonly #failures = new LogOnce();
  #stopLooking: (() => void) | undefined;
  #running: Promise<void> | undefined;

  start(log: Log): void {
    if (this.#stopLooking) return;
    this.#stopLooking = everyInterval(LOOK_EVERY_MS, () => void this.look(log));
    void this.look(log);
  }

  /** A look under way need not be waited for: what it leaves, the next one takes up. */
  stop(): void {
    this.#stopLooking?.();
    this.#stopLooking = undefined;
  }

  /** One look at a time. Never rejects. */
  look(log: Log): Promise<void> {
    this.#running ??= this.#sweep(log).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #sweep(log: Log): Promise<void> {
    await this.#sweepUploads(log);
    await this.#sweepFiles(log);
  }

  async #sweepUploads(log: Log): Promise<void> {
    try {
      // With `AWS_S3_BUCKET` alone only scraped videos are there.
      const uploads = await sweepUploads({ ...readSettings(), assets: readScrapedAssets() });
      this.#failures.end();
      if (uploads > 0) log.info({ uploads }, 'uploads that earlier processes had left were aborted');
    } catch (error) {
      if (this.#failures.isFirst(error)) log.warn({ err: error }, 'uploads that earlier processes have left stay');
    }
  }

  async #sweepFiles(log: Log): Promise<void> {
    const folders = foldersIn();
    let files = 0;
    for (const folder of folders) files += await removeOldTemporaries(folder, ABANDONED_AFTER_MS, DEEPEST);
    if (files > 0) log.info({ files }, 'temporary files that earlier processes had left were removed');
  }
}

/** Where films and their pictures are; what is scraped, its service clears up. */
function foldersIn(): string[] {
  try {
    const { videoDir, generatedVideosDir, mediaDir } = readSettings();
    return [videoDir, generatedVideosDir, join(mediaDir, 'projects')];
  } catch {
    // Wrong settings are reported where they are used.
    return [];
  }
}
