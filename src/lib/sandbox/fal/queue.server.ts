import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import {
  endsAtMs,
  expiresAtMs,
  type FalWorld,
  type Faults,
  failureOf,
  pause,
  resultOf,
  statusOf,
} from './fal-world.server.ts';
import { filmOrderOf, promptOf } from './film.ts';
import { answer, playFaults, refuse } from './play-faults.server.ts';
import type { FalRequest } from './request-book.server.ts';
import { queueAnswer, queuePositionOf } from './submit.server.ts';

const STREAM_STEP_MS = 100;

export async function handleStatus(world: FalWorld, exchange: Exchange, request: FalRequest): Promise<void> {
  if (await playFaults(world, exchange, take(world, 'status', request))) return;
  const body = statusAnswer(world, request, exchange.url.searchParams.get('logs') === '1');
  // 202 as long as it is not over: a client that takes only 200 for an answer breaks.
  answer(exchange, body.status === 'COMPLETED' ? 200 : 202, body, { requestId: request.requestId });
}

/** Server-sent events, one for each change, up to the end. */
export async function handleStatusStream(world: FalWorld, exchange: Exchange, request: FalRequest): Promise<void> {
  if (await playFaults(world, exchange, take(world, 'status', request))) return;
  const logs = exchange.url.searchParams.get('logs') === '1';
  exchange.entry.status = 200;
  const headers = { 'content-type': 'text/event-stream', 'x-fal-request-id': request.requestId };
  exchange.response.writeHead(200, headers);
  for (let last = ''; ; ) {
    const body = statusAnswer(world, request, logs);
    const event = JSON.stringify(body);
    if (event !== last) exchange.response.write(`data: ${event}\n\n`);
    last = event;
    if (body.status === 'COMPLETED') return void exchange.response.end();
    if (exchange.response.destroyed || !(await pause(world, STREAM_STEP_MS))) return;
  }
}

function statusAnswer(world: FalWorld, request: FalRequest, withLogs: boolean) {
  const status = statusOf(world, request);
  const { status: _, queue_position: __, ...urls } = queueAnswer(world, request);
  if (status === 'IN_QUEUE') return { status, ...urls, queue_position: queuePositionOf(world, request) };
  const logs = withLogs ? { logs: logsOf(world, request) } : { logs: null };
  if (status !== 'COMPLETED') return { status, ...urls, ...logs };
  const { body } = (request.outcome?.name === 'silent-failure' ? undefined : failureOf(request)) ?? {};
  const error = body && { error: wordsOf(body.detail), error_type: body.error_type ?? 'invalid_request' };
  const seconds = Math.max(0, endsAtMs(request) - request.sentAtMs - request.durationMs / 4) / 1000;
  return { status, ...urls, ...logs, ...error, metrics: { inference_time: seconds } };
}

function wordsOf(detail: unknown): string {
  return typeof detail === 'string' ? detail : 'Unprocessable Entity';
}

/** One line for each quarter of the work. */
function logsOf({ clock }: FalWorld, request: FalRequest) {
  const startMs = request.sentAtMs + request.durationMs / 4;
  const stepMs = (request.durationMs * 3) / 16;
  const lines = ['Loading the model', 'Step 1 of 3', 'Step 2 of 3', 'Step 3 of 3'];
  return lines.flatMap((message, index) => {
    const atMs = startMs + index * stepMs;
    if (atMs > Math.min(clock.now(), endsAtMs(request))) return [];
    return [{ message, level: 'INFO', source: 'USER', timestamp: new Date(atMs).toISOString() }];
  });
}

export async function handleResult(world: FalWorld, exchange: Exchange, request: FalRequest): Promise<void> {
  const faults = take(world, 'result', request);
  if (await playFaults(world, exchange, faults)) return;
  const { requestId } = request;
  if (statusOf(world, request) !== 'COMPLETED') {
    return answer(exchange, 202, statusAnswer(world, request, false), { requestId });
  }
  const failure = failureOf(request);
  if (failure) return refuse(exchange, failure, request);
  const { durationSeconds, count } = filmOrderOf(request.input);
  const scripted = faults.get('billable-units');
  const units = scripted ? scripted.message : String(durationSeconds * count);
  const headers = units === undefined ? {} : { 'x-fal-billable-units': units };
  answer(exchange, 200, resultOf(world, request, faults), { requestId, headers });
}

export async function handleCancel(world: FalWorld, exchange: Exchange, request: FalRequest): Promise<void> {
  if (await playFaults(world, exchange, take(world, 'cancel', request))) return;
  const { requestId } = request;
  if (statusOf(world, request) === 'COMPLETED') {
    return answer(exchange, 400, { status: 'ALREADY_COMPLETED' }, { requestId });
  }
  world.book.update(request, { canceledAtMs: world.clock.now() });
  answer(exchange, 202, { status: 'CANCELLATION_REQUESTED' }, { requestId });
}

export function take(world: FalWorld, place: 'status' | 'result' | 'cancel' | 'media', request: FalRequest): Faults {
  const { requestId: taskId, endpointId: model, input } = request;
  return world.faults.take(place, { taskId, model, prompt: promptOf(input) });
}

export function isGone(world: FalWorld, request: FalRequest): boolean {
  return world.clock.now() >= (expiresAtMs(request) ?? Number.POSITIVE_INFINITY);
}
