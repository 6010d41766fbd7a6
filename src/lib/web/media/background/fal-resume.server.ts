import { everyInterval } from '#lib/base/clock.ts';
import { falJobKey, isFalUnfinished, listFalJobs, type ResumeFalOptions, resumeFal, stopFal } from '#lib/fal/index.ts';
import { LogOnce } from '#lib/web/http/log-once.ts';
import type { ServerLog } from '#lib/web/http/server-log.server.ts';

type Log = Pick<ServerLog, 'debug' | 'info' | 'warn' | 'error'>;

const LOOK_EVERY_MS = 60_000;
/** Another process is at it, or the server is stopping. */
const QUIET: ReadonlySet<string> = new Set(['busy', 'aborted']);

/** Purchases that are being finished here: one may wait in fal's queue for hours, and must not hold up the others. */
const running = new Set<string>();
const failures = new LogOnce();
let stopLooking = () => {};

/** Finishes what was bought from fal, now and from then on. Never throws: wrong settings of this part must not stop the server. */
export function startFilms(log: Log): void {
  stopLooking();
  // A restart often follows a fix of what made all attempts fail: a key, a full disk.
  void finishFilms(log, { ignoreBackoff: true });
  stopLooking = everyInterval(LOOK_EVERY_MS, () => void finishFilms(log));
}

/** Ends the work; what was bought is finished by the next start. */
export async function stopFilms(): Promise<void> {
  stopLooking();
  await stopFal();
}

/** One look at what is unfinished. Resolves once all of it that is due has been tried. Never rejects. */
export async function finishFilms(log: Log, options: ResumeFalOptions = {}): Promise<void> {
  try {
    const jobs = await listFalJobs();
    failures.end();
    const keys = jobs.filter(isFalUnfinished).map(falJobKey);
    await Promise.all(keys.filter((key) => !running.has(key)).map((key) => finish(key, log, options)));
  } catch (error) {
    log[failures.isFirst(error) ? 'error' : 'debug']({ err: error }, 'films of fal are not resumed');
  }
}

async function finish(key: string, log: Log, options: ResumeFalOptions): Promise<void> {
  running.add(key);
  try {
    // Other processes' work is left to them.
    const results = await resumeFal({ ...options, ifBusy: 'fail', only: (job) => falJobKey(job) === key });
    for (const result of results) {
      if (result.success) log.info({ paths: result.items.map(({ localPath }) => localPath) }, 'a film of fal is ready');
      else if (!QUIET.has(result.code)) log.warn({ code: result.code, taskId: result.requestId }, result.error);
    }
  } finally {
    running.delete(key);
  }
}
