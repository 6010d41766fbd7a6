import type { VideoService } from '#lib/openai-videos/assets/fetch/context.ts';
import { isExpired } from '#lib/openai-videos/assets/job/deadline.ts';

/** Somebody waits for the answer. */
const TIMEOUT_MS = 5000;

/**
 * What the service says of a video whose hour is over: until when it keeps the files, if that is still to come. Asks for no
 * content.
 */
export async function laterDeadline(
  service: Pick<VideoService, 'retrieve'>,
  videoId: string,
  nowMs: number,
): Promise<string | undefined> {
  try {
    const { expiresAt } = await service.retrieve(videoId, { timeoutMs: TIMEOUT_MS });
    const time = expiresAt?.toISOString();
    return time === undefined || isExpired({ expiresAt: time }, nowMs) ? undefined : time;
  } catch {
    return undefined;
  }
}
