import { ReelError } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import { videoKey } from './spot.ts';
import { type VideoMetadata, videoStore } from './video-metadata.ts';
import { clientFor, type RunSettings, runJob } from './video-storage.ts';
import { jobOf } from './wan-job.server.ts';

/**
 * Fetches the video of a finished record once more from the task that made it. Costs nothing.
 * @throws ReelError `expired` when the provider no longer has it
 */
export async function refetchVideo(record: VideoMetadata, options: RunSettings): Promise<VideoMetadata> {
  const settings = readSettings();
  const key = videoKey(record.spotId, record.eraId);
  if (record.taskId === undefined) throw new ReelError('expired', `No task is on record for ${key}.`);
  const client = clientFor(options);
  const reopened = await videoStore(settings.metadataPath).update(key, (current) => {
    if (current?.taskId !== record.taskId) return current;
    return current && { ...current, status: 'generating' };
  });
  if (reopened?.taskId !== record.taskId) throw new ReelError('busy', `${key} is about another task by now.`);
  return runJob(settings, jobOf(reopened, { settings, client, timeoutMs: options.timeoutMs }), options, undefined);
}

/** Says in the record that its file is gone for good; what it cost stays on record. */
export async function markGone(record: VideoMetadata, error: string): Promise<void> {
  await videoStore().update(videoKey(record.spotId, record.eraId), (current) => {
    if (current?.taskId !== record.taskId) return current;
    return current && { ...current, status: 'failed', errorCode: 'not-found', error: `The file is lost: ${error}` };
  });
}
