import type { Settings } from '#lib/config.ts';
import { stopDrawing } from '#lib/fal/pictures.server.ts';
import { JobEngine } from '#lib/jobs/engine.server.ts';
import type { Job } from '#lib/jobs/job.ts';
import type { JobProgress } from '#lib/jobs/progress.ts';
import { runForCaller } from '#lib/jobs/run/run-for-caller.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import type { FalRunOptions } from './options.ts';
import type { FalRequest } from './order.ts';
import type { FalJob } from './record.ts';
import { storeOf } from './records.server.ts';

const engines = new Map<RecordStore<FalJob>, JobEngine<FalJob>>();

/** One in a process, so that callers share running work and the capture queue. */
function engineOf(settings: Settings): JobEngine<FalJob> {
  const store = storeOf(settings);
  let engine = engines.get(store);
  if (!engine) {
    engine = new JobEngine({ store });
    engines.set(store, engine);
  }
  return engine;
}

export function run(
  settings: Settings,
  work: Job<FalJob, FalRequest>,
  options: FalRunOptions,
  onProgress: ((progress: JobProgress) => void) | undefined,
): Promise<FalJob> {
  return runForCaller(work, options, { engine: engineOf(settings), settings, onProgress });
}

/** Ends the work on one purchase in this process; its record and its request are left as they are. */
export async function abortRun(settings: Settings, key: string): Promise<void> {
  await engineOf(settings).abort(key, new Error('cancelled'));
}

/** Ends all work of this process, for SIGTERM: what was bought stays resumable. */
export async function stopFal(): Promise<void> {
  await Promise.all([...[...engines.values()].map((engine) => engine.stop()), stopDrawing()]);
}
