import type { Refusal } from '#lib/sandbox/dashscope/rules/refusal.ts';
import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import type { Fault, FaultName } from '#lib/sandbox/dashscope/world/fault-kinds.ts';
import type { SandboxTask } from '#lib/sandbox/dashscope/world/task-book.server.ts';
import {
  playCommonFaults,
  resultOf,
  resultPath,
  statusOf,
  type World,
} from '#lib/sandbox/dashscope/world/world.server.ts';
import { sendObject } from './send-object.server.ts';
import { refuseXml } from './xml-answer.server.ts';

const RESULT = /^\/dashscope-result-sandbox\/.*\/([^/]+)\.mp4$/;

const NO_SUCH_KEY: Refusal = { status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' };
const WRONG_SIGNATURE: Refusal = {
  status: 403,
  code: 'SignatureDoesNotMatch',
  message:
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
};
const BUCKET_ACL: Refusal = {
  status: 403,
  code: 'AccessDenied',
  message: 'You have no right to access this object because of bucket acl.',
};
const EXPIRED: Refusal = { status: 403, code: 'AccessDenied', message: 'Request has expired.' };
const TWO_AUTHORIZATIONS: Refusal = {
  status: 400,
  code: 'InvalidArgument',
  message: 'Only one auth mechanism allowed: the query signature or the Authorization header.',
};

/** The result host: objects behind links that were signed for GET and expire. */
export async function handleResult(world: World, exchange: Exchange): Promise<void> {
  const [, taskId = ''] = RESULT.exec(exchange.url.pathname) ?? [];
  const task = world.book.find(taskId);
  if (task !== undefined) exchange.entry.taskId = taskId;
  const refusal = checkAccess(world, exchange, task);
  if (refusal === EXPIRED) return refuseExpired(world, exchange);
  if (refusal !== undefined) return refuseXml(exchange, refusal);
  if (task === undefined || resultPath(task) !== exchange.url.pathname || isPurged(world, task)) {
    return refuseXml(exchange, NO_SUCH_KEY);
  }

  const faults = world.faults.take('download', { prompt: task.prompt, model: task.model, taskId });
  if (await playCommonFaults(world, exchange, faults, (why, headers) => refuseXml(exchange, why, headers))) return;
  if (playAccessFaults(world, exchange, task, faults)) return;
  await sendObject(world, exchange, await resultOf(world, task, faults.has('broken-mp4')), faults);
}

function checkAccess(world: World, exchange: Exchange, task: SandboxTask | undefined): Refusal | undefined {
  if (exchange.header('authorization') !== undefined) return TWO_AUTHORIZATIONS;
  // V1 signs x-oss- headers too, and the link was signed without any.
  const addsSignedHeader = Object.keys(exchange.request.headers).some((name) => name.startsWith('x-oss-'));
  const state = world.signer.check(exchange.entry.method, exchange.url, world.clock.now());
  if (state === 'unsigned') return BUCKET_ACL;
  if (state === 'tampered' || addsSignedHeader) return WRONG_SIGNATURE;
  const dead = task?.deadLinks.includes(keyIdIn(exchange)) ?? false;
  return state === 'expired' || dead ? EXPIRED : undefined;
}

const keyIdIn = (exchange: Exchange) => exchange.url.searchParams.get('OSSAccessKeyId') ?? '';

function isPurged(world: World, task: SandboxTask): boolean {
  const { endsAtMs } = world.book.spanOf(task);
  const finished = statusOf(world, task) === 'SUCCEEDED' || statusOf(world, task) === 'UNKNOWN';
  return !finished || world.clock.now() >= endsAtMs + world.settings.resultTtlMs;
}

function refuseExpired(world: World, exchange: Exchange): void {
  const nowMs = world.clock.now();
  const stated = Number(exchange.url.searchParams.get('Expires')) * 1000;
  const time = (ms: number) => new Date(ms).toISOString();
  const extra = `\n  <Expires>${time(Math.min(stated, nowMs))}</Expires>\n  <ServerTime>${time(nowMs)}</ServerTime>`;
  refuseXml(exchange, EXPIRED, {}, extra);
}

/** Faults of the link or the object itself. True when the answer is settled. */
function playAccessFaults(world: World, exchange: Exchange, task: SandboxTask, faults: Map<FaultName, Fault>): boolean {
  if (faults.has('changed-etag')) world.book.update(task, { revision: task.revision + 1 });
  if (faults.has('expired-link')) {
    world.book.update(task, { deadLinks: [...task.deadLinks, keyIdIn(exchange)] });
    refuseExpired(world, exchange);
    return true;
  }
  if (faults.has('purged')) {
    refuseXml(exchange, NO_SUCH_KEY);
    return true;
  }
  return false;
}
