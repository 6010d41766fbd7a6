import { generateKeyPairSync } from 'node:crypto';
import type { Clock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { SandboxOptions, SandboxRequest } from '#lib/sandbox/dashscope/world/types.ts';
import { FaultBook } from '#lib/sandbox/faults/fault-book.ts';
import {
  API_PATH,
  endsAtMs,
  expiresAtMs,
  FAL_PATH,
  type FalWorld,
  failureOf,
  filmOf,
  QUEUE_PATH,
  REST_PATH,
  statusOf,
} from './fal-world.server.ts';
import { FAL_FAULTS } from './fault-kinds.ts';
import { promptOf } from './film.ts';
import { type FalRequest, RequestBook } from './request-book.server.ts';
import type { SandboxFal, SandboxFalRequestView } from './types.ts';

/** What the part of a sandbox that plays fal needs of the whole. */
export interface FalHost {
  clock: Clock;
  requests: SandboxRequest[];
  origin: () => string;
  closing: AbortSignal;
}

export function createFalWorld(options: SandboxOptions, host: FalHost): FalWorld {
  const { clock, requests, origin, closing } = host;
  const { seed, statePath } = options;
  return {
    ...{ clock, requests, origin, closing },
    settings: {
      apiKey: options.apiKey,
      durationMs: options.taskDurationMs ?? 3000,
      minBytes: options.minBytes ?? 0,
    },
    book: new RequestBook({ seed, path: statePath === undefined ? undefined : `${statePath}.fal` }),
    faults: new FaultBook(FAL_FAULTS),
    objects: new Map(),
    uploads: new Map(),
    webhooks: [],
    signingKey: generateKeyPairSync('ed25519').privateKey,
  };
}

/** @param origin empty before the port is known */
export function falFace(world: FalWorld, origin: string): SandboxFal {
  return {
    queueBaseUrl: `${origin}${QUEUE_PATH}`,
    apiBaseUrl: `${origin}${API_PATH}`,
    restBaseUrl: `${origin}${REST_PATH}`,
    falRequests: () => world.book.requests.map((request) => viewOf(world, request)),
    submissions: () => structuredClone([...world.book.submissions]),
    requests: () => structuredClone(world.requests.filter(({ path }) => path.startsWith(`${FAL_PATH}/`))),
    webhooks: () => structuredClone(world.webhooks),
    script: (fault) => world.faults.script(fault),
    letFinish: (prompt) => letFinish(world, prompt),
    filmOf: (requestId, index = 0) => bytesOf(world, requestId, index),
  };
}

export function falEnv({ queueBaseUrl, apiBaseUrl }: SandboxFal, apiKey: string): Record<string, string> {
  return { FAL_KEY: apiKey, FAL_QUEUE_BASE_URL: queueBaseUrl, FAL_API_BASE_URL: apiBaseUrl };
}

export function resetFal(world: FalWorld): void {
  world.book.reset();
  world.faults.clear();
  world.objects.clear();
  world.uploads.clear();
  world.webhooks.length = 0;
}

function viewOf(world: FalWorld, request: FalRequest): SandboxFalRequestView {
  const { requestId, endpointId, input, sentAtMs } = request;
  const detail = failureOf(request)?.body.detail;
  return {
    ...{ requestId, endpointId, input: structuredClone(input), sentAtMs, status: statusOf(world, request) },
    error: detail === undefined ? undefined : JSON.stringify(detail),
    ...{ endsAtMs: endsAtMs(request), expiresAtMs: expiresAtMs(request) },
  };
}

function letFinish({ book }: FalWorld, prompt: string): number {
  const held = book.requests.filter(
    ({ outcome, input }) => outcome?.name === 'never-finishes' && promptOf(input).includes(prompt),
  );
  for (const request of held) book.update(request, { outcome: undefined });
  return held.length;
}

async function bytesOf(world: FalWorld, requestId: string, index: number): Promise<Uint8Array> {
  const request = world.book.find(requestId);
  if (!request) throw new ReelError('not-found', `The sandbox has no request ${requestId}.`);
  const film = await filmOf(world, request, index, false);
  return Buffer.concat([...film.pieces(0, film.sizeBytes)]);
}
