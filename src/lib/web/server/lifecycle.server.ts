import { assertSettingNames, readSettings } from '#lib/config.ts';
import { isSandbox } from '#lib/wanx/index.ts';
import { serverLog } from '#lib/web/http/log.server.ts';
import { NO_KEY } from '#lib/web/http/no-key.ts';

export interface ServerStart {
  /** Starts the background work; called once the settings are known to be spelt right. */
  startWork(): void;
  stopWork(): Promise<void>;
  /** The dev server leaves it to us to end the process. */
  isDev: boolean;
}

let isStarted = false;

/**
 * Resumes unfinished work, and stops it without loss when the process gets a signal. Call it once the server is up.
 * @throws ReelError `config` for a setting under a misspelt name
 */
export function startServer({ isDev, startWork, stopWork }: ServerStart): void {
  // The dev server starts the app again with every change of a hook.
  if (isStarted) return;
  isStarted = true;
  // Before the server listens: a misspelt token setting would leave it open.
  assertSettingNames();
  warnOfMissingToken();
  warnOfMissingKey();
  startWork();
  let stopping: Promise<void> | undefined;
  const stop = (reason: string) => {
    stopping ??= stopServer(stopWork, reason);
    return stopping;
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, async () => {
      await stop(signal);
      if (isDev) process.exit(0);
    });
  }
  // A closed terminal. adapter-node ignores it, and would go on serving an app that has stopped.
  process.once('SIGHUP', () => process.emit('SIGTERM', 'SIGTERM'));
  // Emitted without a signal too: a server started on demand by systemd exits when it is idle.
  process.once('sveltekit:shutdown', (reason: string) => void stop(reason));
}

/** Behind a proxy that adds no header every visitor looks local, and the server cannot detect it. */
function warnOfMissingToken(): void {
  try {
    const settings = readSettings();
    if (settings.adminToken !== undefined || isSandbox(settings)) return;
  } catch {
    // Wrong settings are reported where they are used.
    return;
  }
  serverLog().warn(
    'No REELKEEP_ADMIN_TOKEN is set: every client on this machine may spend money. ' +
      'Set one before you put a proxy in front of this server, or all visitors may.',
  );
}

function warnOfMissingKey(): void {
  try {
    if (readSettings().dashscopeApiKey !== undefined) return;
  } catch {
    return;
  }
  serverLog().warn(NO_KEY);
}

/** At once, not when the last connection is closed: pages hold theirs open for as long as they are looked at. */
async function stopServer(stopWork: () => Promise<void>, reason: string): Promise<void> {
  const log = serverLog();
  log.info({ reason }, 'stopping');
  await stopWork();
  log.info('all work is on disk; it can be resumed');
}
