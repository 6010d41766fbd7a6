import { isReelError, messageOf } from '#lib/base/errors.ts';
import { isExpired } from '#lib/openai-videos/assets/job/deadline.ts';
import type { Outcome, Setback } from '#lib/openai-videos/assets/job/outcome.ts';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';
import { MAX_RETRY_ATTEMPTS } from '#lib/openai-videos/assets/job/retry.ts';
import type { HeldDownload, VideoLook, WorkContext } from './context.ts';

const LOOK_TIMEOUT_MS = 30_000;
/** Somebody may be waiting for the answer, which only a later deadline would change. */
const LATE_LOOK_TIMEOUT_MS = 5000;
/** The job itself says that there is no film to come. */
const ENDED_WITHOUT_FILM: ReadonlySet<string> = new Set(['failed', 'cancelled', 'canceled', 'deleted']);

/**
 * Asks the service how the video stands, and takes over its deadline. Content is only asked for once the service has said
 * that the video is completed.
 * @returns undefined if its files may be asked for now
 */
export async function look(
  held: HeldDownload,
  context: WorkContext,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const { record } = held;
  const isOver = isExpired(record, context.clock.now()) && !isUnderWay(record, context);
  const video = await retrieve(held, context, { signal, isOver });
  if ('setback' in video) {
    if (isOver) return { kind: 'expired', lastAnswer: video.setback.message };
    // Another replica may have its files all the same.
    if (record.isFinished) return undefined;
    return (await endOfRefusedKey(held, context, video.setback, signal)) ?? { kind: 'setback', setback: video.setback };
  }
  await takeDeadline(held, video);
  if (isOver && isExpired(held.record, context.clock.now())) return { kind: 'expired' };
  return outcomeOf(video);
}

/** A download under way goes on past its deadline, until the service refuses it. */
function isUnderWay({ place, isFinished }: DownloadRecord, { storage }: WorkContext): boolean {
  return Boolean(isFinished && place && storage.bytesOfPart(place) > 0);
}

async function retrieve(
  { key, record }: HeldDownload,
  { service, memory, clock }: WorkContext,
  { signal, isOver }: { signal: AbortSignal; isOver: boolean },
): Promise<VideoLook | { setback: Setback }> {
  try {
    const timeoutMs = isOver ? LATE_LOOK_TIMEOUT_MS : LOOK_TIMEOUT_MS;
    const video = await service.retrieve(record.soraVideoId, { signal, timeoutMs });
    memory.noteKeyAccepted(key, clock.now());
    return video;
  } catch (error) {
    signal.throwIfAborted();
    const code = isReelError(error) ? error.code : 'network';
    if (code === 'auth') memory.noteKeyRefused(key, clock.now());
    const retryAfterMs = isReelError(error) ? error.retryAfterMs : undefined;
    return { setback: { code, message: messageOf(error), retryAfterMs } };
  }
}

async function takeDeadline(held: HeldDownload, { expiresAt }: VideoLook): Promise<void> {
  const time = expiresAt?.toISOString();
  if (time === undefined || (time === held.record.expiresAt && held.record.expiresBy === 'service')) return;
  await held.patch({ expiresAt: time, expiresBy: 'service' });
}

function outcomeOf({ status, error }: VideoLook): Outcome | undefined {
  if (status === 'completed') return undefined;
  const why = error?.message ?? error?.code;
  if (ENDED_WITHOUT_FILM.has(status)) {
    const message = `The service says that the video is ${status}${why === undefined ? '.' : `: ${why}`}`;
    return { kind: 'failed', code: 'provider-failed', message };
  }
  if (status === 'expired') return { kind: 'expired', lastAnswer: why ?? 'the video has expired' };
  const message = `The service says that the video is not completed yet: ${status}.`;
  return { kind: 'setback', setback: { code: 'provider-failed', message } };
}

/**
 * A key that is refused for one video may be a fault of the gateway, and passes. Only when every call with it has been
 * refused, through all quick retries and for the list of videos too, is the job over until a person corrects the key.
 * @returns undefined while it may pass
 */
export async function endOfRefusedKey(
  { key, record }: HeldDownload,
  { service, memory, clock }: WorkContext,
  setback: Setback,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  if (setback.code !== 'auth' || record.retryCount < MAX_RETRY_ATTEMPTS) return undefined;
  if (!memory.isKeyNeverAccepted(key)) return undefined;
  try {
    for await (const _ of service.list({ limit: 1, signal })) break;
    memory.noteKeyAccepted(key, clock.now());
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!isReelError(error) || error.code !== 'auth') return undefined;
    const message = `The service refuses every call with this API key. Correct it, then retry the download. ${setback.message}`;
    return { kind: 'failed', code: 'auth', message };
  }
}
