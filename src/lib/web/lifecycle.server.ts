import { desk } from './desk.server.ts';
import { serverLog } from './log.server.ts';

let isStarted = false;

/**
 * Takes up unfinished work, and lets go of it cleanly when the process is told to end. Call it once the server is up.
 * @param isDev the dev server leaves it to us to end the process
 */
export function startServer({ isDev }: { isDev: boolean }): void {
  // The dev server starts the app again with every change of a hook.
  if (isStarted) return;
  isStarted = true;
  desk().startResuming();
  let stopping: Promise<void> | undefined;
  const stop = (reason: string) => {
    stopping ??= stopServer(reason);
    return stopping;
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, async () => {
      await stop(signal);
      if (isDev) process.exit(0);
    });
  }
  // Also told where no signal is: a server that systemd started on demand ends when it is idle.
  process.once('sveltekit:shutdown', (reason: string) => void stop(reason));
}

/** At once, not when the last connection is closed: pages hold theirs open for as long as they are looked at. */
async function stopServer(reason: string): Promise<void> {
  const log = serverLog();
  log.info({ reason }, 'stopping');
  await desk().stop();
  log.info('all work is on disk; it can be resumed');
}
