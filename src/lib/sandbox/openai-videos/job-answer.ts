import type { VideoFaultName } from './fault-kinds.ts';
import type { SandboxVideo } from './video-book.server.ts';
import { completesAtMs, progressOf, statusOf, type VideosWorld } from './videos-world.server.ts';

type Faults = ReadonlyMap<VideoFaultName, unknown>;
const NO_FAULTS: Faults = new Map();

/** The video resource of the API's description, with every field that it names. */
export function jobAnswer(world: VideosWorld, video: SandboxVideo, faults = NO_FAULTS): object {
  const status = statusOf(world, video);
  const id = faults.has('other-id')
    ? `video_${Buffer.from(`${video.id} ${world.clock.now()}`).toString('base64url')}`
    : video.id;
  if (faults.has('sparse-job') || faults.has('sparse-answer')) return { id, status };
  const isCompleted = status === 'completed';
  const completedMs = isCompleted ? completesAtMs(video) : undefined;
  const expiresMs =
    completedMs === undefined || video.outcome === 'swept' ? undefined : completedMs + world.settings.lifetimeMs;
  return {
    id,
    object: 'video',
    ...timesAnswer({ created_at: video.createdAtMs, completed_at: completedMs, expires_at: expiresMs }, faults),
    ...{ status, model: video.model, progress: progressOf(world, video), prompt: video.prompt },
    ...{ size: video.size, seconds: video.seconds, remixed_from_video_id: video.remixedFromVideoId ?? null },
    error: status === 'failed' ? (video.failure ?? null) : null,
  };
}

function timesAnswer(timesMs: Record<string, number | undefined>, faults: Faults): Record<string, unknown> {
  if (faults.has('no-times')) return {};
  const stated = (ms: number) => {
    if (faults.has('ms-times')) return Math.round(ms);
    return faults.has('iso-times') ? new Date(ms).toISOString() : Math.floor(ms / 1000);
  };
  return Object.fromEntries(Object.entries(timesMs).map(([name, ms]) => [name, ms === undefined ? null : stated(ms)]));
}
