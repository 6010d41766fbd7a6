import { everyInterval } from '#lib/base/clock.ts';
import { readScrapedAssets, readSettings } from '#lib/config.ts';
import { sweepUploads } from '#lib/wanx/index.ts';
import { LogOnce } from '#lib/web/http/log-once.ts';
import type { ServerLog } from '#lib/web/http/server-log.server.ts';

type Log = Pick<ServerLog, 'info' | 'warn'>;

const LOOK_EVERY_MS = 3_600_000;

/**
 * Aborts, now and every hour, the uploads that killed processes have left in object storage, of every part: what was sent of
 * them is paid for, and is no object that anybody sees. A process that goes on with one keeps it.
 */
export class UploadSweep {
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
    try {
      // With `AWS_S3_BUCKET` alone only scraped videos are there.
      const uploads = await sweepUploads({ ...readSettings(), assets: readScrapedAssets() });
      this.#failures.end();
      if (uploads > 0) log.info({ uploads }, 'uploads that earlier processes had left were aborted');
    } catch (error) {
      if (this.#failures.isFirst(error)) log.warn({ err: error }, 'uploads that earlier processes have left stay');
    }
  }
}
