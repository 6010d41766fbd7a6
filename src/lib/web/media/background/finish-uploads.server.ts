import { everyInterval } from '#lib/base/clock.ts';
import { finishMediaUploads, type MediaLibrary } from '#lib/media/index.ts';
import { LogOnce } from '#lib/web/http/log-once.ts';
import type { ServerLog } from '#lib/web/http/server-log.server.ts';

type Log = Pick<ServerLog, 'debug' | 'error' | 'warn'>;

const LOOK_EVERY_MS = 60_000;

const failures = new LogOnce();
let stopLooking = () => {};
let stopWork = new AbortController();
let running: Promise<void> | undefined;

/** Goes on with uploads of the media library that an earlier process has left, now and from then on. Never throws. */
export function startUploads(log: Log): void {
  stopLooking();
  stopWork = new AbortController();
  void finishUploads(log);
  stopLooking = everyInterval(LOOK_EVERY_MS, () => void finishUploads(log));
}

/** Ends the work; what is not uploaded stays in the library until the next start. */
export async function stopUploads(): Promise<void> {
  stopLooking();
  stopWork.abort();
  await running;
}

/** One look at what is not uploaded; one at a time. Never rejects. */
export function finishUploads(log: Log, options: { library?: MediaLibrary | undefined } = {}): Promise<void> {
  running ??= work(log, options).finally(() => {
    running = undefined;
  });
  return running;
}

async function work(log: Log, options: { library?: MediaLibrary | undefined }): Promise<void> {
  const { signal } = stopWork;
  try {
    const left = await finishMediaUploads({ ...options, signal });
    if (left.length === 0) failures.end();
    else if (!signal.aborted && failures.isFirst(`${left.length} are left`)) {
      log.warn({ items: left.length }, 'files of the media library wait for the object storage; they are safe on disk');
    }
  } catch (error) {
    if (!signal.aborted) log[failures.isFirst(error) ? 'error' : 'debug']({ err: error }, 'uploads are not finished');
  }
}
