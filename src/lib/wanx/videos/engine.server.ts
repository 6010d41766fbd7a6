import { JobEngine } from '#lib/jobs/engine.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import type { VideoMetadata } from '#lib/wanx/video-metadata.ts';

const engines = new Map<RecordStore<VideoMetadata>, JobEngine<VideoMetadata>>();

/** The engine of a store: one in a process, so that callers share running work and the capture queue. */
export function videoEngine(store: RecordStore<VideoMetadata>): JobEngine<VideoMetadata> {
  let engine = engines.get(store);
  if (!engine) {
    engine = new JobEngine({ store });
    engines.set(store, engine);
  }
  return engine;
}

/**
 * Ends all work of this process and lets go of its leases, for SIGTERM: what was submitted stays resumable, by this
 * machine's next process at once. Resolves when everything is on disk.
 */
export async function stopVideos(): Promise<void> {
  await Promise.all([...engines.values()].map((engine) => engine.stop()));
}
