import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import { type FalWorld, pause } from './fal-world.server.ts';
import type { FalFault, FalFaultName } from './fault-kinds.ts';
import { type FalRefusal, flat } from './refusal.ts';
import type { FalRequest } from './request-book.server.ts';

const REFUSAL = /^refuse-(\d{3})$/;
const GATEWAY = /^gateway-(\d{3})$/;
const LOCKED = 'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.';

/** Every answer about a request names it, and an error of the queue is named in a header as well. */
export function answer(
  exchange: Exchange,
  status: number,
  body: unknown,
  { requestId, headers }: { requestId?: string | undefined; headers?: Record<string, string> } = {},
): void {
  const id = requestId === undefined ? {} : { 'x-fal-request-id': requestId };
  exchange.sendJson(status, body, { ...id, ...headers });
}

export function refuse(exchange: Exchange, { status, body }: FalRefusal, request?: FalRequest): void {
  const type = body.error_type === undefined ? {} : { 'x-fal-error-type': body.error_type };
  // Of the model: it says itself whether the same input can do better.
  const retryable = Array.isArray(body.detail) ? { 'x-fal-retryable': 'false' } : {};
  answer(exchange, status, body, { requestId: request?.requestId, headers: { ...type, ...retryable } });
}

/** Plays the faults that any endpoint can have. True when the endpoint has nothing left to do. */
export async function playFaults(
  world: FalWorld,
  exchange: Exchange,
  faults: ReadonlyMap<FalFaultName, FalFault>,
): Promise<boolean> {
  exchange.noteFaults(faults.keys());
  const slow = faults.get('slow-answer');
  if (slow && !(await pause(world, slow.delayMs ?? 2000))) return true;
  for (const fault of faults.values()) if (playEnding(exchange, fault)) return true;
  return false;
}

function playEnding(exchange: Exchange, { fault, code, message, retryAfterSeconds, location }: FalFault): boolean {
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  const refused = Number(REFUSAL.exec(fault)?.[1]);
  const bare = Number(GATEWAY.exec(fault)?.[1]);
  const html = { 'content-type': 'text/html', ...headers };
  if (refused) answer(exchange, refused, flat(refused, message, code).body, { headers });
  else if (fault === 'user-locked') answer(exchange, 403, { detail: message ?? LOCKED });
  else if (bare) exchange.send(bare, html, `<html><body><h1>${bare}</h1>nginx</body></html>`);
  else if (fault === 'html-with-200') exchange.send(200, html, '<!doctype html><title>Sign in</title>');
  else if (fault === 'drop-answer') exchange.cut();
  else if (fault === 'redirect') exchange.send(302, { location: location ?? 'http://169.254.169.254/' });
  else return false;
  return true;
}
