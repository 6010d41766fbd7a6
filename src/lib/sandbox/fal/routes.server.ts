import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import { API_PATH, type FalWorld, MEDIA_PATH, QUEUE_PATH, REST_PATH } from './fal-world.server.ts';
import { outcomeOf } from './fault-kinds.ts';
import { promptOf } from './film.ts';
import { handleMedia } from './media.server.ts';
import { handlePlatform } from './platform.server.ts';
import { refuse } from './play-faults.server.ts';
import { handleCancel, handleResult, handleStatus, handleStatusStream } from './queue.server.ts';
import { flat } from './refusal.ts';
import type { FalRequest } from './request-book.server.ts';
import { handleRest } from './storage.server.ts';
import { handleSubmit } from './submit.server.ts';

type Handler = (world: FalWorld, exchange: Exchange, request: FalRequest) => Promise<void>;

const OF_ONE_REQUEST: Readonly<Record<string, Handler>> = {
  'GET /status': handleStatus,
  'GET /status/stream': handleStatusStream,
  'GET ': handleResult,
  'PUT /cancel': handleCancel,
};
/** Without a key: uploads go to a signed address, and anyone may check a webhook. */
const OPEN = /^(\/storage\/put\/|\/\.well-known\/)/;

/** fal's queue, its platform API, its REST API and its media, each below a path of its own. */
export async function handleFal(world: FalWorld, exchange: Exchange): Promise<void> {
  // By the sandbox's own clock, or a client would see two of them.
  exchange.response.setHeader('date', new Date(world.clock.now()).toUTCString());
  const { pathname } = exchange.url;
  const below = (path: string) => (pathname.startsWith(`${path}/`) ? pathname.slice(path.length) : undefined);
  if (below(MEDIA_PATH) !== undefined) return handleMedia(world, exchange);
  const rest = below(REST_PATH);
  if (rest !== undefined && OPEN.test(rest)) return handleRest(world, exchange, rest);
  if (!hasKey(world, exchange)) return refuse(exchange, flat(401));
  if (rest !== undefined) return handleRest(world, exchange, rest);
  const api = below(API_PATH);
  if (api !== undefined) return handlePlatform(world, exchange, api);
  const queue = below(QUEUE_PATH);
  if (queue === undefined) return refuse(exchange, flat(404));
  return handleQueue(world, exchange, queue.slice(1));
}

function hasKey({ settings }: FalWorld, exchange: Exchange): boolean {
  const key = /^Key (\S+)$/.exec(exchange.header('authorization') ?? '')?.[1];
  if (key === undefined) return false;
  return settings.apiKey === undefined ? !/^(sk-)?invalid/.test(key) : key === settings.apiKey;
}

async function handleQueue(world: FalWorld, exchange: Exchange, path: string): Promise<void> {
  const { method } = exchange.entry;
  const [, app = '', requestId = '', tail = ''] = /^(.+)\/requests\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  if (app === '') return method === 'POST' ? handleSubmit(world, exchange, path) : refuse(exchange, flat(405));
  const request = world.book.find(requestId);
  const handle = OF_ONE_REQUEST[`${method} ${tail}`];
  // An address that was put together with the whole path of the endpoint leads nowhere.
  if (!handle || (request && request.app !== app)) return refuse(exchange, flat(405));
  if (!request) {
    if (tail === '/cancel') return exchange.sendJson(404, { status: 'NOT_FOUND' });
    return refuse(exchange, flat(404, 'Request not found'));
  }
  exchange.entry.taskId = requestId;
  const subject = { taskId: requestId, model: request.endpointId, prompt: promptOf(request.input) };
  const outcome = outcomeOf(world.faults.takeForExistingTask('job', subject));
  if (outcome) world.book.update(request, { outcome });
  await handle(world, exchange, request);
}
