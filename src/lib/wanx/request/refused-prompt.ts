import { failureCodeOf } from '#lib/jobs/record/state.ts';
import { storedRequestSchema } from '#lib/wanx/request/stored.ts';
import type { VideoMetadata } from '#lib/wanx/video-metadata.ts';

/** The text that moderation refused when this video was last ordered; undefined where it refused none, or none was kept. */
export function refusedPromptOf(record: VideoMetadata): string | undefined {
  return (failureCodeOf(record) === 'rejected' ? record.prompt : refusedLast(record)) || undefined;
}

/** Refused when it was to replace the film that stands there. */
function refusedLast({ history, intent }: VideoMetadata): string | undefined {
  const last = history?.at(-1);
  if (last?.errorCode !== 'rejected' || (intent && last.at <= intent.at)) return undefined;
  const request = storedRequestSchema.safeParse(last.request);
  return request.success ? request.data.prompt : undefined;
}
