import { urlDeadline } from '#lib/capture/download/url-deadline.ts';
import { TASK_LIFE_MS } from '#lib/wanx/models/limits.ts';
import type { WanxTask } from './task.ts';

/** Of no video of this service: what is stated as earlier is no time, and no record could keep some of it. */
const BEFORE_ALL_VIDEOS_MS = Date.UTC(2023);

/**
 * Until when the task's video, or the task itself, can be read: the `Expires` of a signed URL, else 24 hours after the
 * submission (the service states 24 h for both, without saying from when).
 * @param submittedAtMs from our own clock; without it the provider's `submit_time` is read as UTC, its latest meaning in
 *   the zones of Asia: a deadline too late costs a few tries, one too early loses a paid video
 */
export function taskDeadline(
  task: Pick<WanxTask, 'videoUrl'> & { submitTimeText?: string | undefined },
  submittedAtMs: number | undefined,
  nowMs: number,
): Date {
  const signedUntil = task.videoUrl === undefined ? undefined : urlDeadline(task.videoUrl, nowMs);
  if (signedUntil) return signedUntil;
  const statedMs = Date.parse(`${task.submitTimeText?.replace(' ', 'T')}Z`);
  const submittedMs = submittedAtMs ?? (statedMs > BEFORE_ALL_VIDEOS_MS ? Math.min(statedMs, nowMs) : nowMs);
  return new Date(submittedMs + TASK_LIFE_MS);
}
