import { callSafely } from '#lib/base/call-safely.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import type { Settings } from '#lib/config.ts';
import type { FetchAgainOptions } from '#lib/jobs/deliver/fetch-again.server.ts';
import { JobEngine, type JobWatcher } from '#lib/jobs/engine.server.ts';
import type { Job } from '#lib/jobs/job.ts';
import { runForCaller } from '#lib/jobs/run/run-for-caller.ts';
import { stopPictures } from '#lib/pictures/index.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { runSchema } from '#lib/wanx/request/input-schemas.ts';
import { videoKey } from '#lib/wanx/spot.ts';
import { type VideoMetadata, videoStore } from '#lib/wanx/video-metadata.ts';
import type { ProgressCallback, RunSettings } from './settings.ts';

const engines = new Map<RecordStore<VideoMetadata>, JobEngine<VideoMetadata>>();
const watchers = new Set<JobWatcher>();
const watcher: JobWatcher = {
  onEvent(event) {
    for (const one of watchers) callSafely((seen: typeof event) => one.onEvent(seen), event);
  },
  onEnd(key) {
    for (const one of watchers) callSafely((ended: string) => one.onEnd(ended), key);
  },
};

/** The engine of a store: one in a process, so that callers share running work and the capture queue. */
export function videoEngine(store: RecordStore<VideoMetadata>): JobEngine<VideoMetadata> {
  let engine = engines.get(store);
  if (!engine) {
    engine = new JobEngine({ store, watcher });
    engines.set(store, engine);
  }
  return engine;
}

/** Runs one job with the engine that all callers of this process share. */
export function runJob<Request>(
  settings: Settings,
  job: Job<VideoMetadata, Request>,
  options: RunSettings,
  onProgress: ProgressCallback | undefined,
): Promise<VideoMetadata> {
  checkInput(runSchema, 'options', options, 'prompt');
  return runForCaller(job, options, {
    engine: videoEngine(videoStore(settings)),
    settings,
    onProgress,
    budgetAdvice: 'The budget is the setting WANX_BUDGET_USD.',
  });
}

export type RefetchOptions = RunSettings & FetchAgainOptions;

/** As `fetchAgain` of the engine, by the job that made the film of the record. */
export function refetch<Request>(
  settings: Settings,
  job: Job<VideoMetadata, Request>,
  { taskId }: VideoMetadata,
  options: RefetchOptions,
): Promise<VideoMetadata> {
  return videoEngine(videoStore(settings)).fetchAgain(job, taskId, {
    ...options,
    pollIntervalMs: settings.pollIntervalMs,
  });
}

/**
 * Follows every video that this process works on, whoever asked for it.
 * @returns a function that ends it
 */
export function watchVideos(watcher: JobWatcher): () => void {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

/** Whether this process works on the video of a spot in an era; another process may do so all the same. */
export function isVideoRunning(spotId: string, eraId: string): boolean {
  return videoEngine(videoStore()).isRunning(videoKey(spotId, eraId));
}

/**
 * Ends all work of this process and releases its leases, for SIGTERM: what was submitted stays resumable, by this
 * machine's next process at once. Resolves when everything is on disk.
 */
export async function stopVideos(): Promise<void> {
  await Promise.all([...[...engines.values()].map((engine) => engine.stop()), stopPictures()]);
}
