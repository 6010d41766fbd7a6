import { assertSettingNames } from '#lib/config.ts';
import type { SpotWithEras } from '#lib/wanx/spot.ts';
import { redactedLog, type ServerLog, SILENT_LOG } from '#lib/web/http/server-log.server.ts';

export interface ReelkeepOptions {
  /** Gets what happens in the background, without secrets: `console`, a pino logger, or your own. Default: nobody. */
  log?: ServerLog | undefined;
  /** Listed by `videoEvents` also before their videos exist. */
  spots?: readonly SpotWithEras[] | undefined;
}

interface Service {
  feed: { close(): void };
  startResuming(): void;
  stop(): Promise<void>;
}

/** What this process does by itself. */
export interface Background<S extends Service> {
  service?: S;
  isStarted: boolean;
  stopping?: Promise<void>;
}

/**
 * @param check says in the log what is wrong with the settings; never rejects, and holds nothing up
 * @throws ReelError `config` for a misspelt name of a setting, which would otherwise have no effect
 */
export function start<S extends Service>(
  background: Background<S>,
  { log = SILENT_LOG, spots = [] }: ReelkeepOptions,
  makeService: (log: ServerLog, spots: readonly SpotWithEras[]) => S,
  check: (log: ServerLog) => Promise<void>,
): void {
  assertSettingNames();
  if (background.isStarted) return;
  background.isStarted = true;
  // Of an earlier start, or made for a request that came first: its listeners reconnect.
  background.service?.feed.close();
  const safeLog = redactedLog(log);
  const service = makeService(safeLog, spots);
  background.service = service;
  void check(safeLog);
  // What is being stopped still holds its leases.
  if (background.stopping) void background.stopping.then(() => resume(background, service));
  else service.startResuming();
}

function resume<S extends Service>(background: Background<S>, service: S): void {
  if (background.isStarted && background.service === service) service.startResuming();
}

/** @param stopWork used where there is no service: work that the app has started itself */
export function stop<S extends Service>(background: Background<S>, stopWork: () => Promise<void>): Promise<void> {
  background.isStarted = false;
  background.stopping ??= (background.service?.stop() ?? stopWork()).finally(() => {
    delete background.stopping;
  });
  return background.stopping;
}
