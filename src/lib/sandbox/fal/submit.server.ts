import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import { endsAtMs, type FalWorld, pause, QUEUE_PATH, statusOf } from './fal-world.server.ts';
import { outcomeOf } from './fault-kinds.ts';
import { promptOf } from './film.ts';
import { answer, playFaults, refuse } from './play-faults.server.ts';
import { flat, modelError } from './refusal.ts';
import type { FalRequest } from './request-book.server.ts';
import { sendWebhook } from './webhooks.server.ts';

/** Their apps have a name of three parts. */
const NAMESPACES = ['workflows', 'comfy'];
const ENDPOINT_ID = /^[A-Za-z0-9][\w.-]*(\/[\w.-]+)+$/;

/** `fal-ai/veo3` of `fal-ai/veo3/fast`; undefined when it is no id. */
export function appOf(endpointId: string): string | undefined {
  if (!ENDPOINT_ID.test(endpointId)) return undefined;
  const parts = endpointId.split('/');
  const length = NAMESPACES.includes(parts[0] ?? '') ? 3 : 2;
  return parts.length < length ? undefined : parts.slice(0, length).join('/');
}

export async function handleSubmit(world: FalWorld, exchange: Exchange, endpointId: string): Promise<void> {
  const body = await exchange.json();
  const app = appOf(endpointId);
  const input = typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : undefined;
  const prompt = promptOf(input ?? {});
  world.faults.noticeMarkers(prompt);
  const faults = world.faults.take('submit', { prompt, model: endpointId });
  const note = (outcome: 'answered' | 'lost' | 'dropped' | 'refused', accepted?: FalRequest) => {
    const { status } = exchange.entry;
    const facts = { atMs: world.clock.now(), endpointId, outcome, status };
    world.book.noteSubmission({ ...facts, accepted: accepted !== undefined, requestId: accepted?.requestId });
  };
  if (faults.has('dropped-submit')) {
    exchange.noteFaults(faults.keys());
    note('dropped');
    return exchange.cut();
  }
  if (await playFaults(world, exchange, faults))
    return note(exchange.entry.status === undefined ? 'dropped' : 'refused');
  if (app === undefined) {
    refuse(exchange, flat(404, `Application '${endpointId}' not found`));
    return note('refused');
  }
  if (!input) {
    const error = { type: 'model_attributes_type', message: 'Input should be a valid dictionary', field: 'body' };
    refuse(exchange, modelError(error, null));
    return note('refused');
  }
  const request = accept(world, exchange, { endpointId, app, input });
  const isLost = faults.has('lost-submit-answer') || faults.has('hung-submit-answer');
  note(isLost ? 'lost' : 'answered', request);
  if (faults.has('lost-submit-answer')) return exchange.cut();
  if (isLost) return;
  const whole = queueAnswer(world, request, faults.has('foreign-urls') ? 'https://queue.elsewhere.example' : undefined);
  const { request_id: _, ...without } = whole;
  answer(exchange, 200, faults.has('no-request-id') ? without : whole, { requestId: request.requestId });
}

function accept(
  world: FalWorld,
  exchange: Exchange,
  order: Pick<FalRequest, 'endpointId' | 'app' | 'input'>,
): FalRequest {
  const subject = { prompt: promptOf(order.input), model: order.endpointId };
  const outcome = outcomeOf([...world.faults.take('job', subject).values()][0]);
  const request = world.book.accept({
    ...order,
    ...{ sentAtMs: world.clock.now(), durationMs: world.settings.durationMs, outcome },
    mediaLifetimeMs: lifetimeMs(exchange.header('x-fal-object-lifecycle-preference')),
  });
  exchange.entry.taskId = request.requestId;
  const webhookUrl = exchange.url.searchParams.get('fal_webhook');
  if (webhookUrl !== null) void tellLater(world, request, webhookUrl);
  return request;
}

function lifetimeMs(preference: string | undefined): number | undefined {
  try {
    const wanted: unknown = JSON.parse(preference ?? '{}');
    const isObject = typeof wanted === 'object' && wanted !== null && 'expiration_duration_seconds' in wanted;
    return isObject && typeof wanted.expiration_duration_seconds === 'number'
      ? wanted.expiration_duration_seconds * 1000
      : undefined;
  } catch {
    return undefined;
  }
}

async function tellLater(world: FalWorld, request: FalRequest, url: string): Promise<void> {
  while (statusOf(world, request) !== 'COMPLETED') {
    const leftMs = Math.max(20, endsAtMs(request) - world.clock.now());
    if (!(await pause(world, leftMs))) return;
  }
  await sendWebhook(world, request, url);
}

/** The URLs have only the name of the app, without the rest of the endpoint's path. */
export function queueAnswer(world: FalWorld, request: FalRequest, origin?: string) {
  const base = `${origin ?? `${world.origin()}${QUEUE_PATH}`}/${request.app}/requests/${request.requestId}`;
  return {
    status: 'IN_QUEUE',
    request_id: request.requestId,
    response_url: base,
    status_url: `${base}/status`,
    cancel_url: `${base}/cancel`,
    queue_position: queuePositionOf(world, request),
  };
}

/** How many are served before it. */
export function queuePositionOf(world: FalWorld, request: FalRequest): number {
  const { requests } = world.book;
  return requests
    .slice(0, requests.indexOf(request))
    .filter((one) => one.endpointId === request.endpointId && statusOf(world, one) === 'IN_QUEUE').length;
}
