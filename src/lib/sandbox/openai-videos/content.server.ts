import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import type { ByteRange } from '#lib/sandbox/faults/send-pieces.server.ts';
import { sendPieces } from '#lib/sandbox/faults/send-pieces.server.ts';
import { playFaults, refuse } from './play-faults.server.ts';
import { invalid, noSuchVideo } from './refusal.ts';
import type { SandboxVideo } from './video-book.server.ts';
import {
  completesAtMs,
  contentOf,
  pause,
  statusOf,
  VARIANTS,
  type Variant,
  type VideosWorld,
} from './videos-world.server.ts';

const TYPES: Record<Variant, string> = { video: 'video/mp4', thumbnail: 'image/webp', spritesheet: 'image/jpeg' };
const LOGIN_PAGE = '<!doctype html><html><head><title>Sign in</title></head><body>Sign in to continue.</body></html>';

export async function handleContent(world: VideosWorld, exchange: Exchange, video: SandboxVideo): Promise<void> {
  const variant = exchange.url.searchParams.get('variant') ?? 'video';
  if (!isVariant(variant)) {
    return refuse(
      exchange,
      invalid('variant', `Invalid value: '${variant}'. Supported values are: 'video', 'thumbnail', 'spritesheet'.`),
    );
  }
  const faults = world.faults.take('content', { prompt: video.prompt, model: video.model, taskId: video.id });
  if (await playFaults(world, exchange, faults)) return;
  if (statusOf(world, video) !== 'completed') {
    return refuse(exchange, {
      ...invalid('video_id', 'Video is not ready yet, use GET /v1/videos/{video_id} to check status.'),
      status: 404,
    });
  }
  if (video.outcome === 'swept') return refuse(exchange, noSuchVideo(video.id));
  if (world.clock.now() >= completesAtMs(video) + world.settings.lifetimeMs) {
    return refuse(exchange, {
      status: 404,
      message: 'The video is no longer available. Downloads expire after 1 hours.',
    });
  }
  if (faults.has('html-body')) return exchange.send(200, { 'content-type': 'text/html' }, LOGIN_PAGE);
  if (faults.has('json-body')) return exchange.sendJson(200, { error: { message: 'content is being prepared' } });
  if (faults.has('changed-etag')) world.book.update(video, { revision: video.revision + 1 });
  const sent = faults.has('ignored-variant') ? 'video' : variant;
  const object = await contentOf(world, video, sent, faults.has('corrupt-content'));
  const range = faults.has('ignored-range') ? undefined : rangeOf(exchange, object);
  const headers: Record<string, string> = { etag: object.etag, 'accept-ranges': 'bytes' };
  if (!faults.has('no-type')) headers['content-type'] = TYPES[sent];
  await sendPieces(exchange, object, { range, headers, faults, pause: (ms) => pause(world, ms) });
}

function isVariant(name: string): name is Variant {
  return VARIANTS.includes(name);
}

/** The rest of the object, where the client's validator still holds. */
function rangeOf(exchange: Exchange, { etag, sizeBytes }: { etag: string; sizeBytes: number }): ByteRange | undefined {
  const [, first] = /^bytes=(\d+)-$/.exec(exchange.header('range') ?? '') ?? [];
  const ifRange = exchange.header('if-range') ?? exchange.header('if-match') ?? etag;
  const start = Number(first);
  return first !== undefined && start < sizeBytes && ifRange === etag ? { start, end: sizeBytes } : undefined;
}
