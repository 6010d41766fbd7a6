import { invalidParameter, type Refusal, usualRefusal, WRONG_ADDRESS } from '#lib/sandbox/dashscope/rules/refusal.ts';
import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import type { FaultPlace } from '#lib/sandbox/dashscope/world/fault-kinds.ts';
import { equal } from '#lib/sandbox/dashscope/world/signed-link.server.ts';
import { isOutcome, type SandboxTask } from '#lib/sandbox/dashscope/world/task-book.server.ts';
import {
  playCommonFaults,
  resultPath,
  scriptedFailure,
  statusOf,
  type World,
} from '#lib/sandbox/dashscope/world/world.server.ts';
import type { FaultSubject } from '#lib/sandbox/faults/fault-book.ts';
import { createTask } from './create.server.ts';
import { detectFace } from './face-detect.server.ts';
import { listTasks } from './list.server.ts';
import { type TaskAnswerParts, taskAnswer } from './task-answer.ts';
import { sendUploadPolicy } from './upload.server.ts';

interface Route {
  method: 'GET' | 'POST';
  path: RegExp;
  /** `part`: what the path holds in place of its group. */
  answer: (world: World, exchange: Exchange, part: string) => Promise<void>;
}

const ROUTES: readonly Route[] = [
  { method: 'POST', path: /^\/services\/aigc\/(video-generation|image2video)\/video-synthesis$/, answer: createTask },
  { method: 'POST', path: /^\/services\/aigc\/image2video\/face-detect$/, answer: detectFace },
  { method: 'GET', path: /^\/tasks\/([^/]+)$/, answer: queryTask },
  { method: 'POST', path: /^\/tasks\/([^/]+)\/cancel$/, answer: cancelTask },
  {
    method: 'GET',
    path: /^\/tasks$/,
    answer: (world, exchange) => guarded(world, exchange, 'list', {}, () => listTasks(world, exchange)),
  },
  {
    method: 'GET',
    path: /^\/uploads$/,
    answer: (world, exchange) => guarded(world, exchange, 'upload', {}, () => sendUploadPolicy(world, exchange)),
  },
];
/** Query, list and cancel: each 20 a second for the whole account. */
const QUERIES_PER_SECOND = 20;

/** Answers everything under `/api/v1`. */
export async function handleApi(world: World, exchange: Exchange): Promise<void> {
  const { method } = exchange.entry;
  // The SDKs send no slash at the end, some samples of the documents do.
  const path = exchange.url.pathname.slice('/api/v1'.length).replace(/\/$/, '');
  const refusal = checkKey(world, exchange);
  if (refusal !== undefined) return exchange.refuse(refusal);
  const there = ROUTES.filter((route) => route.path.test(path));
  const route = there.find((one) => one.method === method);
  if (route === undefined) return exchange.refuse(noRoute(method, path, there.length > 0));
  const [, part = ''] = route.path.exec(path) ?? [];
  return route.answer(world, exchange, decodeURIComponent(part));
}

function noRoute(method: string, path: string, isThere: boolean): Refusal {
  if (isThere) return invalidParameter(`Request method '${method}' is not supported.`);
  return path.startsWith('/services/') ? WRONG_ADDRESS : usualRefusal(404);
}

function checkKey(world: World, exchange: Exchange): Refusal | undefined {
  const [, key] = /^Bearer (.+)$/i.exec(exchange.header('authorization') ?? '') ?? [];
  if (key === undefined) return { status: 401, code: 'InvalidApiKey', message: 'No API-key provided.' };
  const { apiKey } = world.settings;
  const good = apiKey === undefined ? key.startsWith('sk-') && !key.startsWith('sk-invalid') : equal(key, apiKey);
  return good ? undefined : usualRefusal(401);
}

/** Plays faults and the query limit before the endpoint itself. */
async function guarded(
  world: World,
  exchange: Exchange,
  place: FaultPlace,
  subject: FaultSubject,
  answer: () => void | Promise<void>,
): Promise<void> {
  const faults = world.faults.take(place, subject);
  if (await playCommonFaults(world, exchange, faults, (refusal, headers) => exchange.refuse(refusal, headers))) return;
  const { enforceLimits } = world.settings;
  if (enforceLimits && place !== 'upload' && !world.limits.allows(place, QUERIES_PER_SECOND, world.clock.now())) {
    return exchange.refuse(usualRefusal(429));
  }
  await answer();
}

function subjectOf(task: SandboxTask | undefined, taskId: string): FaultSubject {
  return { taskId, prompt: task?.prompt, model: task?.model };
}

function queryTask(world: World, exchange: Exchange, taskId: string): Promise<void> {
  exchange.entry.taskId = taskId;
  const task = world.book.find(taskId);
  return guarded(world, exchange, 'query', subjectOf(task, taskId), () => {
    const { requestId } = exchange.entry;
    if (task === undefined) {
      return exchange.sendJson(200, { request_id: requestId, output: { task_id: taskId, task_status: 'UNKNOWN' } });
    }
    applyLateOutcome(world, task);
    exchange.sendJson(200, taskAnswer(requestId, describe(world, task)));
  });
}

/** A fault scripted after the submission can still decide how the task turns out. */
function applyLateOutcome(world: World, task: SandboxTask): void {
  if (task.outcome !== undefined) return;
  const fault = world.faults.takeForExistingTask('task', subjectOf(task, task.taskId));
  if (isOutcome(fault?.fault)) world.book.update(task, { outcome: fault.fault, ...scriptedFailure(fault) });
}

function describe(world: World, task: SandboxTask): TaskAnswerParts {
  const status = statusOf(world, task);
  return {
    task,
    status,
    span: world.book.spanOf(task),
    videoUrl: status === 'SUCCEEDED' ? signLink(world, task) : undefined,
    zoneOffsetMinutes: world.settings.zoneOffsetMinutes,
  };
}

/** Never beyond the life of the object itself. */
function signLink(world: World, task: SandboxTask): string {
  const { linkTtlMs, resultTtlMs } = world.settings;
  const purgedAtMs = world.book.spanOf(task).endsAtMs + resultTtlMs;
  world.book.update(task, { linksSigned: task.linksSigned + 1 });
  const path = resultPath(task);
  const expiresAtMs = Math.min(world.clock.now() + linkTtlMs, purgedAtMs);
  return `${world.origin()}${path}?${world.signer.sign(path, expiresAtMs, task.linksSigned)}`;
}

function cancelTask(world: World, exchange: Exchange, taskId: string): Promise<void> {
  exchange.entry.taskId = taskId;
  const task = world.book.find(taskId);
  return guarded(world, exchange, 'cancel', subjectOf(task, taskId), () => {
    if (task === undefined || statusOf(world, task) !== 'PENDING') {
      const message = 'Failed to cancel the task, please confirm if the task is in PENDING status.';
      return exchange.refuse({ status: 400, code: 'UnsupportedOperation', message });
    }
    world.book.update(task, { canceledAtMs: world.clock.now() });
    exchange.sendJson(200, { request_id: exchange.entry.requestId });
  });
}
