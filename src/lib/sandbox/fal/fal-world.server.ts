import { createHash, type KeyObject } from 'node:crypto';
import type { Clock } from '#lib/base/clock.ts';
import { composeClip } from '#lib/sandbox/clips/clips.server.ts';
import { createResultObject, type ResultObject } from '#lib/sandbox/clips/result-object.server.ts';
import type { SandboxRequest } from '#lib/sandbox/dashscope/world/types.ts';
import type { FaultBook } from '#lib/sandbox/faults/fault-book.ts';
import type { FalFault, FalFaultName, FalFaultPlace } from './fault-kinds.ts';
import { filmOrderOf, promptOf } from './film.ts';
import { ERROR_TYPES, type FalRefusal, flat, modelError } from './refusal.ts';
import type { FalRequest, RequestBook } from './request-book.server.ts';
import type { SandboxFalWebhook } from './types.ts';

export interface FalSettings {
  apiKey: string | undefined;
  /** From submission to completion; a quarter of it is spent in the queue. */
  durationMs: number;
  minBytes: number;
}

/** What the endpoints share. */
export interface FalWorld {
  settings: FalSettings;
  clock: Clock;
  book: RequestBook;
  faults: FaultBook<FalFaultName, FalFaultPlace>;
  requests: SandboxRequest[];
  objects: Map<string, Promise<ResultObject>>;
  uploads: Map<string, { contentType: string; parts: Map<number, Buffer> }>;
  webhooks: SandboxFalWebhook[];
  /** With which webhooks are signed. */
  signingKey: KeyObject;
  /** `http://127.0.0.1:port` */
  origin: () => string;
  /** Aborts when the sandbox closes, so that no wait outlives it. */
  closing: AbortSignal;
}

export const FAL_PATH = '/fal';
export const QUEUE_PATH = `${FAL_PATH}/queue`;
export const API_PATH = `${FAL_PATH}/api`;
export const REST_PATH = `${FAL_PATH}/rest`;
export const MEDIA_PATH = `${FAL_PATH}/media/files`;

const QUEUED_SHARE = 0.25;
const KEPT_IN_MEMORY = 64;

export type Faults = ReadonlyMap<FalFaultName, FalFault>;
const NO_FAULTS: Faults = new Map();

export type FalStatus = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED' | 'PAUSED';

export function endsAtMs({ sentAtMs, durationMs, canceledAtMs }: FalRequest): number {
  return canceledAtMs ?? sentAtMs + durationMs;
}

export function expiresAtMs(request: FalRequest): number | undefined {
  const { mediaLifetimeMs } = request;
  return mediaLifetimeMs === undefined ? undefined : endsAtMs(request) + mediaLifetimeMs;
}

/** The status at this moment, seen from outside. */
export function statusOf({ clock }: FalWorld, request: FalRequest): FalStatus {
  const nowMs = clock.now();
  if (request.canceledAtMs !== undefined) return 'COMPLETED';
  if (nowMs < request.sentAtMs + request.durationMs * QUEUED_SHARE) return 'IN_QUEUE';
  if (request.outcome?.name === 'odd-status') return 'PAUSED';
  if (nowMs < endsAtMs(request) || request.outcome?.name === 'never-finishes') return 'IN_PROGRESS';
  return 'COMPLETED';
}

/** Why a completed request has no film; undefined for one that has. */
export function failureOf({ outcome, canceledAtMs, input }: FalRequest): FalRefusal | undefined {
  if (canceledAtMs !== undefined || outcome?.name === 'job-canceled') {
    return flat(499, 'Request was cancelled by the client', 'client_cancelled');
  }
  const { name, code, message } = outcome ?? {};
  if (name === 'moderation') {
    const words = message ?? 'The content could not be processed because it was flagged by a content checker.';
    return modelError({ type: code ?? 'content_policy_violation', message: words, field: 'prompt' }, promptOf(input));
  }
  if (name === 'wrong-input') {
    const words = message ?? 'Image dimensions are too small. Minimum dimensions are 512x512.';
    return modelError({ type: code ?? 'image_too_small', message: words, field: 'image_url' }, input.image_url ?? null);
  }
  if (name !== 'job-failed' && name !== 'silent-failure') return undefined;
  const type = code ?? 'runner_server_error';
  return flat(ERROR_TYPES[type] ?? 500, message ?? 'The runner failed.', type);
}

/** What a model answers. */
export function resultOf(world: FalWorld, request: FalRequest, faults: Faults = NO_FAULTS): object {
  const seed = request.sentAtMs % 1_000_000;
  const urls = filmUrlsOf(world, request);
  if (faults.has('no-video')) return { seed };
  if (faults.has('nested-video')) return { output: { clip: urls[0] }, seed };
  const files = urls.map((url) => ({
    url,
    ...(faults.has('sparse-file')
      ? { content_type: null, file_name: null, file_size: null }
      : { content_type: 'video/mp4', file_name: 'output.mp4', file_size: null }),
  }));
  return { ...(files.length === 1 ? { video: files[0] } : { videos: files }), seed, prompt: promptOf(request.input) };
}

function filmUrlsOf({ origin }: Pick<FalWorld, 'origin'>, request: FalRequest): string[] {
  const { count } = filmOrderOf(request.input);
  return Array.from(
    { length: count },
    (_, index) => `${origin()}${MEDIA_PATH}/${request.requestId}/${index}/output.mp4`,
  );
}

/** One of the films of a finished request, composed at the first request for it. */
export function filmOf(world: FalWorld, request: FalRequest, index: number, isCorrupt: boolean): Promise<ResultObject> {
  const key = `${request.requestId} ${index} ${request.revision} ${isCorrupt}`;
  const known = world.objects.get(key);
  if (known !== undefined) return known;
  const made = compose(world, request, index, isCorrupt);
  world.objects.set(key, made);
  // Composed again when asked for again, byte for byte the same: a long run must not keep every film in memory.
  for (const oldest of [...world.objects.keys()].slice(0, -KEPT_IN_MEMORY)) world.objects.delete(oldest);
  // A failed composition must not be remembered as the object.
  made.catch(() => world.objects.delete(key));
  return made;
}

async function compose({ settings }: FalWorld, request: FalRequest, index: number, isCorrupt: boolean) {
  const { width, height, durationSeconds } = filmOrderOf(request.input);
  const hash = createHash('sha256').update(JSON.stringify(request.input)).update(String(index)).digest();
  const { requestId, revision } = request;
  const label = `SANDBOX film ${index} of ${requestId}, revision ${revision}, input sha256 ${hash.toString('hex')}. Test output.`;
  const video = await composeClip({ width, height, durationSeconds, audio: true, variant: hash.readUInt32BE(0) });
  return createResultObject({ video, label, minBytes: settings.minBytes, broken: isCorrupt });
}

/** Waits on the sandbox's clock; false when the sandbox is closing. */
export async function pause({ clock, closing }: FalWorld, ms: number): Promise<boolean> {
  return clock.wait(ms, closing).then(
    () => true,
    () => false,
  );
}
