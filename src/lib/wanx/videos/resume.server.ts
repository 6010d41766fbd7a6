import { callSafely } from '#lib/base/call-safely.ts';
import { systemClock } from '#lib/base/clock.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { nextTry } from '#lib/jobs/run/retry.ts';
import { resumeSchema } from '#lib/wanx/request/input-schemas.ts';
import { contextOf } from '#lib/wanx/run/client.server.ts';
import { runJob } from '#lib/wanx/run/engine.server.ts';
import { type GenerateResult, toFailure, toSuccess } from '#lib/wanx/run/result.ts';
import type { GenerateProgress, RunSettings } from '#lib/wanx/run/settings.ts';
import { type VideoMetadata, videoStore } from '#lib/wanx/video-metadata.ts';
import { finishPictures, tidyVideos } from '#lib/wanx/videos/films.server.ts';
import { jobOf } from './job.server.ts';
import { assertNotEmptied, bindStore } from './store-binding.server.ts';

export interface ResumeOptions extends RunSettings {
  /** Called with the video that each step belongs to. */
  onProgress?: ((spotId: string, eraId: string, progress: GenerateProgress) => void) | undefined;
  /** Only these videos; default all. */
  only?: ((record: VideoMetadata) => boolean) | undefined;
  /** Also those whose back-off has not ended or whose tries are used up: a person asks, or has fixed the cause. */
  ignoreBackoff?: boolean | undefined;
}

/**
 * Finishes every unfinished video of the store: resolves lost answers, waits for tasks, captures results, earliest
 * deadline first. Never buys a second time. A cancelled video stays cancelled; one whose last try failed waits for its
 * back-off. Never rejects for a video: each has its result, the oldest first.
 * @throws ReelError `store-corrupt` or `config` when nothing can be done at all
 */
export async function resumeVideos(options: ResumeOptions = {}): Promise<GenerateResult[]> {
  checkInput(resumeSchema, 'options', options);
  const settings = readSettings();
  await bindStore(settings, options);
  await assertNotEmptied(settings);
  await tidyVideos(settings, options);
  const nowMs = (options.clock ?? systemClock).now();
  const unfinished = await Array.fromAsync(videoStore(settings).find({ unfinished: true }));
  const records = unfinished
    .filter((record) => (options.ignoreBackoff || nextTry(record, nowMs) === 'now') && (options.only?.(record) ?? true))
    .sort((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
  if (records.length === 0) return [];
  // All at once: the engine bounds the captures and the client the requests. A place for each to wait in would be kept
  // by tasks that never end, while the link of a finished one dies.
  const byDeadline = [...records.entries()].sort(([, a], [, b]) => deadlineMs(a) - deadlineMs(b));
  const results: GenerateResult[] = [];
  const resumeInto = async ([place, record]: [number, VideoMetadata]) => {
    results[place] = await resumeOne(settings, record, options);
  };
  await Promise.all(byDeadline.map(resumeInto));
  return results;
}

async function resumeOne(settings: Settings, record: VideoMetadata, options: ResumeOptions): Promise<GenerateResult> {
  try {
    const { spotId, eraId } = record;
    const job = jobOf(record, contextOf(settings, options));
    const onEvent = (progress: GenerateProgress) =>
      callSafely((event) => options.onProgress?.(spotId, eraId, event), progress);
    const ready = await runJob(settings, job, options, onEvent);
    return toSuccess(await finishPictures(settings, ready, options));
  } catch (error) {
    return toFailure(error, { spotId: record.spotId, eraId: record.eraId });
  }
}

function deadlineMs({ expiresAt }: VideoMetadata): number {
  return expiresAt === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(expiresAt);
}
