import { z } from 'zod';
import { familyOf } from '#lib/sandbox/dashscope/families/model-families.ts';
import type { MediaContext } from '#lib/sandbox/dashscope/rules/media-address.ts';
import type { Order } from '#lib/sandbox/dashscope/rules/order.ts';
import { type Refusal, usualRefusal } from '#lib/sandbox/dashscope/rules/refusal.ts';
import { isRefusal, readOrder } from '#lib/sandbox/dashscope/rules/request-rules.ts';
import { type BilledInput, billedInput } from '#lib/sandbox/dashscope/world/billed-input.ts';
import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import type { FaultName } from '#lib/sandbox/dashscope/world/fault-kinds.ts';
import { isOutcome } from '#lib/sandbox/dashscope/world/task-book.server.ts';
import type { SandboxSubmission } from '#lib/sandbox/dashscope/world/types.ts';
import {
  playCommonFaults,
  resultPath,
  scriptedFailure,
  statusOf,
  type World,
} from '#lib/sandbox/dashscope/world/world.server.ts';
import { isUploaded } from './upload.server.ts';

/** `POST …/video-synthesis`. Nothing is accepted unless the faults, the headers, the limits and the body all let it. */
export async function createTask(world: World, exchange: Exchange, path: string): Promise<void> {
  if (exchange.header('x-dashscope-async') !== 'enable') {
    const message = 'current user api does not support synchronous calls.';
    return exchange.refuse({ status: 403, code: 'AccessDenied', message });
  }
  const body = await exchange.json();
  const glimpse = glimpseSchema.catch({}).parse(body);
  const subject = { prompt: glimpse.input?.prompt ?? '', model: glimpse.model ?? '' };
  const note = (rest: Pick<SandboxSubmission, 'accepted' | 'outcome' | 'taskId' | 'status'>) =>
    world.book.noteSubmission({ ...subject, ...rest, atMs: world.clock.now(), requestId: exchange.entry.requestId });
  const refuse = (refusal: Refusal, headers: Record<string, string> = {}) => {
    note({ accepted: false, outcome: 'refused', status: refusal.status });
    exchange.refuse(refusal, headers);
  };

  world.faults.noticeMarkers(subject.prompt);
  const faults = world.faults.take('submit', subject);
  if (faults.has('dropped-submit') || faults.has('drop-answer')) note({ accepted: false, outcome: 'dropped' });
  if (await playCommonFaults(world, exchange, faults, refuse)) return;
  if (faults.has('dropped-submit')) return exchange.cut();

  const order = readOrder(path, body, mediaContext(world, exchange));
  if (isRefusal(order)) return refuse(order);
  const limit = checkLimits(world, order);
  if (limit !== undefined) return refuse(limit);

  const taskId = accept(world, exchange, { ...order, ...billedInput(body) });
  const lost = faults.has('lost-submit-answer') || faults.has('hung-submit-answer');
  note({ accepted: true, outcome: lost ? 'lost' : 'answered', taskId });
  answer(exchange, taskId, faults);
}

const glimpseSchema = z.object({
  model: z.string().optional().catch(undefined),
  input: z
    .object({ prompt: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** What there is to know about the media that a request names. */
export function mediaContext(world: World, exchange: Exchange): MediaContext {
  return {
    resolvesOss: exchange.header('x-dashscope-ossresourceresolve') === 'enable',
    isUploaded: (url, model) => isUploaded(world, url, model),
    isOwnResult: ({ origin, pathname }) =>
      origin === world.origin() &&
      world.book.tasks.some((task) => resultPath(task) === pathname && statusOf(world, task) === 'SUCCEEDED'),
    strict: world.settings.strict,
  };
}

function checkLimits(world: World, order: Order): Refusal | undefined {
  const family = familyOf(order.model);
  if (family === undefined || !world.settings.enforceLimits) return undefined;
  const nowMs = world.clock.now();
  if (!world.limits.allows(`submit ${order.model}`, family.submitsPerSecond, nowMs)) return usualRefusal(429);
  const isOver = hasNoPlace(world, order.model, family.runningAtOnce);
  return isOver ? usualRefusal(429) : undefined;
}

/** How many tasks of one model may wait at once: `async_user_queue_limit` of the model catalogue. */
const QUEUE_LIMIT = 500;

function hasNoPlace(world: World, model: string, runningAtOnce: number): boolean {
  const statuses = world.book.tasks.filter((task) => task.model === model).map((task) => statusOf(world, task));
  const waiting = statuses.filter((status) => status === 'PENDING').length;
  if (world.settings.overConcurrency === 'queue') return waiting >= QUEUE_LIMIT;
  return waiting + statuses.filter((status) => status === 'RUNNING').length >= runningAtOnce;
}

function accept(world: World, exchange: Exchange, order: Order & BilledInput): string {
  const task = world.book.accept(order, exchange.entry.requestId, world.clock.now());
  const subject = { prompt: task.prompt, model: task.model, taskId: task.taskId };
  const [fault] = world.faults.take('task', subject).values();
  if (isOutcome(fault?.fault)) Object.assign(task, { outcome: fault.fault, ...scriptedFailure(fault) });
  exchange.entry.taskId = task.taskId;
  return task.taskId;
}

function answer(exchange: Exchange, taskId: string, faults: Map<FaultName, unknown>): void {
  const output = { task_status: 'PENDING', task_id: taskId };
  if (faults.has('lost-submit-answer')) exchange.cut();
  // With the other one nothing is ever sent: the client has to give up by itself.
  else if (!faults.has('hung-submit-answer')) exchange.sendJson(200, { output, request_id: exchange.entry.requestId });
}
