import { createHash } from 'node:crypto';
import type { Clock } from '#lib/base/clock.ts';
import { composeClip } from '#lib/sandbox/clips/clips.server.ts';
import { createResultObject, type ResultObject } from '#lib/sandbox/clips/result-object.server.ts';
import { type Refusal, type TaskFailure, usualRefusal } from '#lib/sandbox/dashscope/rules/refusal.ts';
import type { FaultBook } from '#lib/sandbox/faults/fault-book.ts';
import type { Exchange } from './exchange.server.ts';
import type { Fault, FaultName, FaultPlace } from './fault-kinds.ts';
import type { RateLimit } from './rate-limit.ts';
import type { LinkSigner } from './signed-link.server.ts';
import type { SandboxTask, TaskBook } from './task-book.server.ts';
import type { SandboxRequest } from './types.ts';

export interface WorldSettings {
  apiKey: string | undefined;
  resultTtlMs: number;
  linkTtlMs: number;
  minBytes: number;
  enforceLimits: boolean;
  overConcurrency: 'queue' | 'refuse';
  strict: boolean;
  zoneOffsetMinutes: number;
}

const KEPT_IN_MEMORY = 64;

export type TaskStatus = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'UNKNOWN' | 'SUSPENDED';

/** What the endpoints share. */
export interface World {
  settings: WorldSettings;
  clock: Clock;
  book: TaskBook;
  faults: FaultBook<FaultName, FaultPlace>;
  signer: LinkSigner;
  limits: RateLimit;
  requests: SandboxRequest[];
  objects: Map<string, Promise<ResultObject>>;
  /** `http://127.0.0.1:port`. */
  origin: () => string;
  /** Aborts when the sandbox closes, so that no wait outlives it. */
  closing: AbortSignal;
}

/** The status at this moment, seen from outside. */
export function statusOf(world: World, task: SandboxTask): TaskStatus {
  const nowMs = world.clock.now();
  if (task.outcome === 'task-unknown' || nowMs >= task.submittedAtMs + world.settings.resultTtlMs) return 'UNKNOWN';
  if (task.canceledAtMs !== undefined) return 'CANCELED';
  const { startsAtMs, endsAtMs } = world.book.spanOf(task);
  if (nowMs < startsAtMs) return 'PENDING';
  if (task.outcome === 'odd-status') return 'SUSPENDED';
  if (nowMs < endsAtMs || task.outcome === 'never-finishes') return 'RUNNING';
  return task.failure !== undefined || task.outcome !== undefined ? 'FAILED' : 'SUCCEEDED';
}

/** The finished task's bytes, composed at the first request for them. */
export function resultOf(world: World, task: SandboxTask, isBroken: boolean): Promise<ResultObject> {
  const key = `${task.taskId} ${task.revision} ${isBroken}`;
  const known = world.objects.get(key);
  if (known !== undefined) return known;
  const made = compose(world, task, isBroken);
  world.objects.set(key, made);
  // Composed again when asked for again, byte for byte the same: a long run must not keep every video in memory.
  for (const oldest of [...world.objects.keys()].slice(0, -KEPT_IN_MEMORY)) world.objects.delete(oldest);
  // A failed composition must not be remembered as the object.
  made.catch(() => world.objects.delete(key));
  return made;
}

async function compose(world: World, task: SandboxTask, broken: boolean): Promise<ResultObject> {
  const { width, height, durationSeconds, audio } = task;
  const hash = createHash('sha256').update(task.prompt).digest();
  const video = await composeClip({ width, height, durationSeconds, audio, variant: hash.readUInt32BE(0) });
  const label = `SANDBOX task ${task.taskId}, revision ${task.revision}, prompt sha256 ${hash.toString('hex')}. Test output.`;
  return createResultObject({ video, label, minBytes: world.settings.minBytes, broken });
}

export function resultPath(task: SandboxTask): string {
  const day = new Date(task.submittedAtMs).toISOString().slice(0, 10).replaceAll('-', '');
  return `/dashscope-result-sandbox/1d/${task.taskId.slice(0, 2)}/${day}/${task.taskId}.mp4`;
}

/** Waits on the sandbox's clock; false when the sandbox is closing. */
export async function pause(world: World, ms: number): Promise<boolean> {
  return world.clock.wait(ms, world.closing).then(
    () => true,
    () => false,
  );
}

const REFUSAL = /^refuse-(\d{3})$/;

export function scriptedRefusal(fault: Fault): Refusal | undefined {
  const [, status] = REFUSAL.exec(fault.fault) ?? [];
  if (status === undefined) return undefined;
  const usual = usualRefusal(Number(status));
  return { status: usual.status, code: fault.code ?? usual.code, message: fault.message ?? usual.message };
}

/** What a scripted failure says in the task, where the script has words of its own. */
export function scriptedFailure({ fault, code, message }: Fault): { failure?: TaskFailure } {
  const fails = fault === 'task-failed' || fault === 'moderation';
  return fails && code !== undefined ? { failure: { code, message: message ?? code } } : {};
}

/**
 * Plays the faults that any endpoint can have. True when the answer is settled and the endpoint has nothing left to do.
 * `refuse` writes the refusal in the form that the host uses, JSON or XML.
 */
export async function playCommonFaults(
  world: World,
  exchange: Exchange,
  faults: Map<FaultName, Fault>,
  refuse: (refusal: Refusal, headers: Record<string, string>) => void,
): Promise<boolean> {
  exchange.noteFaults(faults.keys());
  const slow = faults.get('slow-answer');
  if (slow !== undefined && !(await pause(world, slow.delayMs ?? 2000))) return true;
  for (const fault of faults.values()) {
    const refusal = scriptedRefusal(fault);
    if (refusal !== undefined) {
      const { retryAfterSeconds } = fault;
      refuse(refusal, retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) });
      return true;
    }
  }
  if (faults.has('drop-answer')) {
    exchange.cut();
    return true;
  }
  const redirect = faults.get('redirect');
  if (redirect !== undefined) exchange.send(302, { location: redirect.location ?? 'http://169.254.169.254/' });
  return redirect !== undefined;
}
