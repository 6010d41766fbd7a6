import { readSettings } from '#lib/config.ts';
import type { FetchAgainOptions } from '#lib/jobs/deliver/fetch-again.server.ts';
import { type VideoMetadata, videoStore } from '#lib/wanx/video-metadata.ts';
import { clientFor, type RunSettings } from '#lib/wanx/video-storage.ts';
import { videoEngine } from './engine.server.ts';
import { jobOf } from './job.server.ts';

export type RefetchOptions = RunSettings & FetchAgainOptions;

/**
 * Fetches the video of a record that is over once more from the task that made it. Costs nothing, and changes nothing
 * of the record before the file is in place.
 * @throws ReelError `expired` when the provider no longer has it, `busy` when the record has changed meanwhile
 */
export async function refetchVideo(record: VideoMetadata, options: RefetchOptions): Promise<VideoMetadata> {
  const settings = readSettings();
  const { timeoutMs, maxBytes, resolve } = options;
  const job = jobOf(record, { settings, client: clientFor(options), timeoutMs, maxBytes, resolve });
  return videoEngine(videoStore(settings.metadataPath)).fetchAgain(job, record.taskId, {
    ...options,
    pollIntervalMs: settings.pollIntervalMs,
  });
}
