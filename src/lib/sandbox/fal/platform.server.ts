import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import { endsAtMs, type FalWorld, failureOf, resultOf, statusOf } from './fal-world.server.ts';
import { promptOf } from './film.ts';
import { playFaults, refuse } from './play-faults.server.ts';
import { flat } from './refusal.ts';
import type { FalRequest } from './request-book.server.ts';

const HISTORY_PATH = '/v1/models/requests/by-endpoint';
const PRICING_PATH = '/v1/models/pricing';
const DAY_MS = 86_400_000;
const PRICE_USD = 0.05;

/** The part of fal's platform API that a client of the queue needs. */
export async function handlePlatform(world: FalWorld, exchange: Exchange, path: string): Promise<void> {
  const query = exchange.url.searchParams;
  const endpointId = query.get('endpoint_id') ?? '';
  if (path === HISTORY_PATH) return handleHistory(world, exchange, endpointId);
  if (path === PRICING_PATH) return handlePricing(world, exchange, endpointId);
  refuse(exchange, flat(404));
}

async function handleHistory(world: FalWorld, exchange: Exchange, endpointId: string): Promise<void> {
  if (await playFaults(world, exchange, world.faults.take('history', { model: endpointId }))) return;
  const query = exchange.url.searchParams;
  const limit = Number(query.get('limit') ?? 50);
  const skipped = Number(query.get('cursor') ?? 0);
  if (!(limit >= 1 && limit <= 100) || !(skipped >= 0)) return refuse(exchange, flat(400, 'Invalid limit or cursor'));
  const startMs = query.has('start') ? Date.parse(query.get('start') ?? '') : world.clock.now() - DAY_MS;
  const endMs = query.has('end') ? Date.parse(query.get('end') ?? '') : Number.POSITIVE_INFINITY;
  const rows = world.book.requests
    // One that is still running is not listed.
    .filter((one) => one.endpointId === endpointId && statusOf(world, one) === 'COMPLETED')
    .filter((one) => one.sentAtMs >= startMs && one.sentAtMs < endMs)
    .toSorted((a, b) => endsAtMs(b) - endsAtMs(a))
    .flatMap((one) => rowOf(world, one, query.get('expand') === 'payloads') ?? []);
  const next = skipped + limit < rows.length ? String(skipped + limit) : null;
  exchange.sendJson(200, { items: rows.slice(skipped, skipped + limit), next_cursor: next, has_more: next !== null });
}

function rowOf(world: FalWorld, request: FalRequest, withPayloads: boolean): object | undefined {
  const { requestId, endpointId, input, sentAtMs, durationMs } = request;
  const faults = world.faults.take(
    'history',
    { taskId: requestId, model: endpointId, prompt: promptOf(input) },
    (one) => ['no-payload', 'hidden-row', 'odd-row'].includes(one.fault),
  );
  if (faults.has('hidden-row')) return undefined;
  if (faults.has('odd-row')) return { endpoint_id: endpointId };
  const failure = failureOf(request);
  const isKept = withPayloads && !faults.has('no-payload');
  const payloads = isKept
    ? { json_input: input, json_output: failure ? failure.body : resultOf(world, request) }
    : { json_input: null, json_output: null };
  return {
    ...{ request_id: requestId, endpoint_id: endpointId, sent_at: new Date(sentAtMs).toISOString() },
    started_at: new Date(sentAtMs + durationMs / 4).toISOString(),
    ended_at: new Date(endsAtMs(request)).toISOString(),
    ...{ status_code: failure?.status ?? 200, duration: durationMs / 1000, ...(withPayloads && payloads) },
  };
}

async function handlePricing(world: FalWorld, exchange: Exchange, endpointId: string): Promise<void> {
  const faults = world.faults.take('pricing', { model: endpointId });
  if (await playFaults(world, exchange, faults)) return;
  const { code: unit = 'second', message } = faults.get('price') ?? {};
  const price = { endpoint_id: endpointId, unit_price: Number(message ?? PRICE_USD), unit, currency: 'USD' };
  exchange.sendJson(200, { prices: [price], next_cursor: null, has_more: false });
}
