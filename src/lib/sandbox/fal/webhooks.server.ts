import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { isLoopback } from '#lib/base/network/loopback.ts';
import { type FalWorld, failureOf, resultOf } from './fal-world.server.ts';
import type { FalRequest } from './request-book.server.ts';

const USER_ID = 'user_sandbox';
const TIMEOUT_MS = 15_000;
const TRIES = 3;
const RETRY_MS = 1000;
const LATE_SECONDS = 600;

/** The keys as fal publishes them. */
export function publicKeys(signingKey: KeyObject): object {
  const { kty, crv, x } = createPublicKey(signingKey).export({ format: 'jwk' });
  return { keys: [{ kty, crv, x, use: 'sig', alg: 'EdDSA', kid: 'sandbox' }] };
}

/** The body and headers of the webhook that reports the end of a request. */
export function webhookOf(world: FalWorld, request: FalRequest): { body: string; headers: Record<string, string> } {
  const failure = failureOf(request);
  const { requestId, gatewayId } = request;
  const body = JSON.stringify({
    request_id: requestId,
    gateway_request_id: gatewayId,
    ...(failure
      ? { status: 'ERROR', error: 'Unprocessable Entity', payload: failure.body }
      : { status: 'OK', payload: resultOf(world, request) }),
  });
  const faults = world.faults.take('webhook', { taskId: requestId, model: request.endpointId });
  const lateSeconds = faults.has('late-webhook') ? LATE_SECONDS : 0;
  const timestamp = String(Math.floor(world.clock.now() / 1000) - lateSeconds);
  const hash = createHash('sha256')
    .update(faults.has('forged-webhook') ? `${body} ` : body)
    .digest('hex');
  const signed = Buffer.from([requestId, USER_ID, timestamp, hash].join('\n'));
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-fal-webhook-request-id': requestId,
      'x-fal-webhook-user-id': USER_ID,
      'x-fal-webhook-timestamp': timestamp,
      'x-fal-webhook-signature': sign(null, signed, world.signingKey).toString('hex'),
    },
  };
}

/** At least once, to this machine only: the sandbox never reaches out. */
export async function sendWebhook(world: FalWorld, request: FalRequest, url: string): Promise<void> {
  const { hostname = '' } = URL.parse(url) ?? {};
  if (!isLoopback(hostname)) return;
  for (let attempt = 1; attempt <= TRIES && !world.closing.aborted; attempt += 1) {
    const status = await post(world, url, webhookOf(world, request));
    world.webhooks.push({ requestId: request.requestId, url, status });
    if (status !== undefined && status < 400) return;
    if (attempt < TRIES) await world.clock.wait(RETRY_MS, world.closing).catch(() => {});
  }
}

async function post(
  { closing }: FalWorld,
  url: string,
  { body, headers }: { body: string; headers: Record<string, string> },
): Promise<number | undefined> {
  const signal = AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const answer = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return undefined;
  }
}
