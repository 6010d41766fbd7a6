import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import { handleContent } from './content.server.ts';
import { handleCreate, handleEdit, handleExtension, handleRemix, outcomeFields } from './create.server.ts';
import type { VideoFaultPlace } from './fault-kinds.ts';
import { jobAnswer } from './job-answer.ts';
import { playFaults, refuse } from './play-faults.server.ts';
import { invalid, noSuchVideo, usualRefusal, type VideoRefusal } from './refusal.ts';
import type { SandboxVideo } from './video-book.server.ts';
import { statusOf, type VideosWorld } from './videos-world.server.ts';

export const VIDEOS_PATH = '/v1/videos';

type Handler = (world: VideosWorld, exchange: Exchange, video: SandboxVideo) => Promise<void> | void;

const OF_ONE_VIDEO: ReadonlyArray<{ route: RegExp; place: VideoFaultPlace | undefined; handle: Handler }> = [
  { route: /^GET \/([^/]+)$/, place: 'retrieve', handle: retrieve },
  { route: /^DELETE \/([^/]+)$/, place: 'delete', handle: remove },
  // These take their faults themselves.
  { route: /^(?:GET|HEAD) \/([^/]+)\/content$/, place: undefined, handle: handleContent },
  {
    route: /^POST \/([^/]+)\/remix$/,
    place: undefined,
    handle: (world, exchange, { id }) => handleRemix(world, exchange, id),
  },
];

/** OpenAI's API for videos. */
export async function handleVideos(world: VideosWorld, exchange: Exchange): Promise<void> {
  // By the sandbox's own clock, or a client would see two of them.
  exchange.response.setHeader('date', new Date(world.clock.now()).toUTCString());
  const unauthorised = keyRefusal(exchange.header('authorization'), world.settings.apiKey);
  if (unauthorised) return refuse(exchange, unauthorised);
  const path = exchange.url.pathname.slice(VIDEOS_PATH.length).replace(/\/$/, '');
  const call = `${exchange.request.method} ${path}`;
  if (call === 'POST ') return handleCreate(world, exchange);
  if (call === 'GET ') return list(world, exchange);
  if (call === 'POST /edits') return handleEdit(world, exchange);
  if (call === 'POST /extensions') return handleExtension(world, exchange);
  for (const { route, place, handle } of OF_ONE_VIDEO) {
    const [, encodedId] = route.exec(call) ?? [];
    if (encodedId !== undefined) return ofOneVideo(world, exchange, { id: decoded(encodedId), place, handle });
  }
  refuse(exchange, {
    ...usualRefusal(404),
    message: `Invalid URL (${exchange.request.method} ${exchange.url.pathname})`,
  });
}

function keyRefusal(authorization: string | undefined, onlyKey: string | undefined): VideoRefusal | undefined {
  const key = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  if (key === undefined) return { ...usualRefusal(401), message: "You didn't provide an API key.", code: null };
  const isRight = onlyKey === undefined ? key.startsWith('sk-') && !key.startsWith('sk-invalid') : key === onlyKey;
  return isRight ? undefined : usualRefusal(401);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function ofOneVideo(
  world: VideosWorld,
  exchange: Exchange,
  { id, place, handle }: { id: string; place: VideoFaultPlace | undefined; handle: Handler },
): Promise<void> {
  const video = world.book.find(id);
  if (!video) return refuse(exchange, noSuchVideo(id));
  exchange.entry.taskId = id;
  const subject = { prompt: video.prompt, model: video.model, taskId: id };
  const fields = outcomeFields(world.faults.takeForExistingTask('job', subject));
  if (fields.outcome !== undefined) world.book.update(video, fields);
  if (place !== undefined && place !== 'retrieve') {
    if (await playFaults(world, exchange, world.faults.take(place, subject))) return;
  }
  await handle(world, exchange, video);
}

async function retrieve(world: VideosWorld, exchange: Exchange, video: SandboxVideo): Promise<void> {
  const faults = world.faults.take('retrieve', { prompt: video.prompt, model: video.model, taskId: video.id });
  if (!(await playFaults(world, exchange, faults))) exchange.sendJson(200, jobAnswer(world, video, faults));
}

function remove(world: VideosWorld, exchange: Exchange, video: SandboxVideo): void {
  const status = statusOf(world, video);
  if (status === 'completed' || status === 'failed') {
    world.book.remove(video.id);
    exchange.sendJson(200, { id: video.id, object: 'video.deleted', deleted: true });
  } else {
    refuse(exchange, invalid('video_id', 'Only completed or failed videos can be deleted.', null));
  }
}

async function list(world: VideosWorld, exchange: Exchange): Promise<void> {
  if (await playFaults(world, exchange, world.faults.take('list', {}))) return;
  const query = exchange.url.searchParams;
  const limit = Number(query.get('limit') ?? 20);
  const order = query.get('order') ?? 'desc';
  if (!Number.isInteger(limit) || limit < 0 || limit > 100)
    return refuse(exchange, invalid('limit', 'Expected 0 to 100.'));
  if (order !== 'asc' && order !== 'desc') return refuse(exchange, invalid('order', "Expected 'asc' or 'desc'."));
  const videos = order === 'asc' ? world.book.videos : world.book.videos.toReversed();
  const after = query.get('after');
  const start = after === null ? 0 : videos.findIndex(({ id }) => id === after) + 1;
  if (after !== null && start === 0) return refuse(exchange, noSuchVideo(after));
  const page = videos.slice(start, start + limit);
  exchange.sendJson(200, {
    object: 'list',
    data: page.map((video) => jobAnswer(world, video)),
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
    has_more: start + limit < videos.length,
  });
}
