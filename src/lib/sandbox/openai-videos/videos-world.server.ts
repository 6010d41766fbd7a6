import { createHash } from 'node:crypto';
import type { Clock } from '#lib/base/clock.ts';
import { composeClip } from '#lib/sandbox/clips/clips.server.ts';
import { composePicture } from '#lib/sandbox/clips/pictures.server.ts';
import { createResultObject, type ResultObject } from '#lib/sandbox/clips/result-object.server.ts';
import type { SandboxRequest } from '#lib/sandbox/dashscope/world/types.ts';
import type { FaultBook } from '#lib/sandbox/faults/fault-book.ts';
import type { VideoFaultName, VideoFaultPlace } from './fault-kinds.ts';
import type { SandboxVideo, VideoBook } from './video-book.server.ts';

export interface VideosSettings {
  apiKey: string | undefined;
  /** From creation to completion; a quarter of it is spent queued. */
  durationMs: number;
  /** From completion on. */
  lifetimeMs: number;
  minBytes: number;
  strict: boolean;
  honoursIdempotencyKeys: boolean;
}

/** What the endpoints share. */
export interface VideosWorld {
  settings: VideosSettings;
  clock: Clock;
  book: VideoBook;
  faults: FaultBook<VideoFaultName, VideoFaultPlace>;
  requests: SandboxRequest[];
  objects: Map<string, Promise<ResultObject>>;
  /** Aborts when the sandbox closes, so that no wait outlives it. */
  closing: AbortSignal;
}

export type Variant = 'video' | 'thumbnail' | 'spritesheet';
export const VARIANTS: readonly string[] = ['video', 'thumbnail', 'spritesheet'] satisfies Variant[];

export type VideoStatus = 'queued' | 'in_progress' | 'completed' | 'failed' | 'cancelled' | 'expired' | 'paused';

const QUEUED_SHARE = 0.25;
const KEPT_IN_MEMORY = 64;

export function completesAtMs({ createdAtMs, durationMs }: SandboxVideo): number {
  return createdAtMs + durationMs;
}

/** The status at this moment, seen from outside. */
export function statusOf({ clock }: VideosWorld, video: SandboxVideo): VideoStatus {
  const nowMs = clock.now();
  if (nowMs < video.createdAtMs + video.durationMs * QUEUED_SHARE) return 'queued';
  if (video.outcome === 'odd-status') return 'paused';
  if (nowMs < completesAtMs(video) || video.outcome === 'never-finishes') return 'in_progress';
  if (video.outcome === 'job-cancelled') return 'cancelled';
  if (video.outcome === 'job-expired') return 'expired';
  return video.failure === undefined ? 'completed' : 'failed';
}

/** Whole per cent. */
export function progressOf(world: VideosWorld, video: SandboxVideo): number {
  const status = statusOf(world, video);
  if (status === 'queued') return 0;
  if (status === 'completed') return 100;
  const share = (world.clock.now() - video.createdAtMs) / video.durationMs;
  return Math.min(99, Math.max(1, Math.floor(((share - QUEUED_SHARE) / (1 - QUEUED_SHARE)) * 100)));
}

/** The finished video's bytes, composed at the first request for them. */
export function contentOf(
  world: VideosWorld,
  video: SandboxVideo,
  variant: Variant,
  isCorrupt: boolean,
): Promise<ResultObject> {
  const key = `${video.id} ${video.revision} ${variant} ${isCorrupt}`;
  const known = world.objects.get(key);
  if (known !== undefined) return known;
  const made = compose(world, video, variant, isCorrupt);
  world.objects.set(key, made);
  // Composed again when asked for again, byte for byte the same: a long run must not keep every video in memory.
  for (const oldest of [...world.objects.keys()].slice(0, -KEPT_IN_MEMORY)) world.objects.delete(oldest);
  // A failed composition must not be remembered as the object.
  made.catch(() => world.objects.delete(key));
  return made;
}

async function compose(
  { settings }: VideosWorld,
  video: SandboxVideo,
  variant: Variant,
  isCorrupt: boolean,
): Promise<ResultObject> {
  const [width = 0, height = 0] = video.size.split('x').map(Number);
  const hash = createHash('sha256').update(video.prompt).digest();
  const label = `SANDBOX ${variant} of ${video.id}, revision ${video.revision}, prompt sha256 ${hash.toString('hex')}. Test output.`;
  if (variant !== 'video') {
    const picture = await composePicture({ width, height, kind: variant, label });
    return wholeObject(isCorrupt ? picture.subarray(0, Math.floor((picture.length * 2) / 3)) : picture);
  }
  const film = await composeClip({
    ...{ width, height, durationSeconds: Number(video.seconds), audio: true, variant: hash.readUInt32BE(0) },
  });
  return createResultObject({ video: film, label, minBytes: settings.minBytes, broken: isCorrupt });
}

function wholeObject(bytes: Uint8Array): ResultObject {
  return {
    sizeBytes: bytes.length,
    etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
    crc64: '',
    pieces: (start, end) => [bytes.subarray(start, end)],
  };
}

/** Waits on the sandbox's clock; false when the sandbox is closing. */
export async function pause({ clock, closing }: VideosWorld, ms: number): Promise<boolean> {
  return clock.wait(ms, closing).then(
    () => true,
    () => false,
  );
}
