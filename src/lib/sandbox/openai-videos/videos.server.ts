import type { Clock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { SandboxOptions, SandboxRequest } from '#lib/sandbox/dashscope/world/types.ts';
import { FaultBook } from '#lib/sandbox/faults/fault-book.ts';
import { VIDEO_FAULTS } from './fault-kinds.ts';
import type { SandboxVideos, SandboxVideoView } from './types.ts';
import { type SandboxVideo, VideoBook } from './video-book.server.ts';
import { completesAtMs, contentOf, statusOf, type Variant, type VideosWorld } from './videos-world.server.ts';

const HOUR_MS = 3_600_000;

/** What the part of a sandbox that makes OpenAI's videos needs of the whole. */
export interface VideosHost {
  clock: Clock;
  requests: SandboxRequest[];
  closing: AbortSignal;
}

export function createVideosWorld(options: SandboxOptions, { clock, requests, closing }: VideosHost): VideosWorld {
  const { seed, statePath } = options;
  return {
    ...{ clock, requests, closing },
    settings: {
      apiKey: options.apiKey,
      durationMs: options.taskDurationMs ?? 3000,
      lifetimeMs: options.videoLifetimeMs ?? HOUR_MS,
      minBytes: options.minBytes ?? 0,
      strict: options.strict ?? false,
      honoursIdempotencyKeys: options.honourIdempotencyKeys ?? false,
    },
    book: new VideoBook({ seed, path: statePath === undefined ? undefined : `${statePath}.openai-videos` }),
    faults: new FaultBook(VIDEO_FAULTS),
    objects: new Map(),
  };
}

export function videosFace(world: VideosWorld, baseUrl: string): SandboxVideos {
  return {
    baseUrl,
    videos: () => world.book.videos.map((video) => viewOf(world, video)),
    creations: () => structuredClone([...world.book.creations]),
    requests: () => structuredClone(world.requests.filter(({ path }) => path.startsWith('/v1/'))),
    script: (fault) => world.faults.script(fault),
    letFinish: (prompt) => letFinish(world, prompt),
    contentOf: (id, variant = 'video') => bytesOf(world, id, variant),
  };
}

export function resetVideos(world: VideosWorld): void {
  world.book.reset();
  world.faults.clear();
  world.objects.clear();
}

function viewOf(world: VideosWorld, video: SandboxVideo): SandboxVideoView {
  const { id, model, prompt, size, seconds, createdAtMs, remixedFromVideoId } = video;
  const endMs = completesAtMs(video);
  return {
    ...{ id, model, prompt, size, seconds, status: statusOf(world, video), createdAtMs, remixedFromVideoId },
    ...{ completesAtMs: endMs, expiresAtMs: endMs + world.settings.lifetimeMs },
  };
}

function letFinish({ book }: VideosWorld, prompt: string): number {
  const held = book.videos.filter((video) => video.outcome === 'never-finishes' && video.prompt.includes(prompt));
  for (const video of held) book.update(video, { outcome: undefined });
  return held.length;
}

async function bytesOf(world: VideosWorld, id: string, variant: Variant): Promise<Uint8Array> {
  const video = world.book.find(id);
  if (!video) throw new ReelError('not-found', `The sandbox has no video ${id}.`);
  const object = await contentOf(world, video, variant, false);
  return Buffer.concat([...object.pieces(0, object.sizeBytes)]);
}
