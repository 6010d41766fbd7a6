import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { exchange } from '#lib/base/http/exchange.server.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';

/** What fal tells of the end of a request. */
export interface FalWebhook {
  requestId: string;
  /** Differs from `requestId` where fal has tried the request again. */
  gatewayRequestId: string | undefined;
  status: 'OK' | 'ERROR';
  /** The result, or why there is none. */
  payload: unknown;
  error: string | undefined;
}

export interface WebhookKeysOptions {
  /** Where fal publishes its keys. @default https://rest.fal.ai/.well-known/jwks.json */
  jwksUrl?: string | undefined;
  clock: Clock;
  proxy: ProxySettings;
}

const JWKS_URL = 'https://rest.fal.ai/.well-known/jwks.json';
const LEEWAY_MS = 5 * 60_000;
/** fal allows a day. */
const KEYS_KEPT_MS = 24 * 3_600_000;
/** A signature that fits no key may be of a new one; a stranger must not make us ask for each of theirs. */
const ASK_AGAIN_MS = 5 * 60_000;
const TIMEOUT_MS = 10_000;

const jwks = z.looseObject({
  keys: z.array(z.looseObject({ kty: z.string(), crv: z.string().optional(), x: z.string().optional() })),
});
const told = z.looseObject({
  request_id: z.string().min(1),
  gateway_request_id: z.string().nullish(),
  status: z.enum(['OK', 'ERROR']),
  payload: z.unknown().optional(),
  error: z.string().nullish().catch(null),
});
const known = new Map<string, { keys: KeyObject[]; askedMs: number }>();

/**
 * Checks that a webhook comes from fal: an ED25519 signature over its id, user, time and body, not older than five minutes. The
 * same one may come more than once.
 * @param header value of a header by its lower-case name
 * @throws ReelError `auth` for one that is not fal's, `invalid-input` for one that cannot be read, `network` without the keys
 */
export async function verifyWebhook(
  { header, body }: { header(name: string): string | undefined; body: Uint8Array },
  options: WebhookKeysOptions,
): Promise<FalWebhook> {
  const of = (name: string) => header(`x-fal-webhook-${name}`) ?? '';
  const [requestId, userId, timestamp, signature] = [of('request-id'), of('user-id'), of('timestamp'), of('signature')];
  if (!requestId || !userId || !/^\d{1,12}$/.test(timestamp) || !/^[0-9a-f]{128}$/i.test(signature)) {
    throw notGenuine('it is not signed');
  }
  if (Math.abs(options.clock.now() - Number(timestamp) * 1000) > LEEWAY_MS) throw notGenuine('it is too old');
  const hash = createHash('sha256').update(body).digest('hex');
  const signed = Buffer.from([requestId, userId, timestamp, hash].join('\n'));
  const fits = (keys: KeyObject[]) => keys.some((key) => verify(null, signed, key, Buffer.from(signature, 'hex')));
  if (!fits(await keysOf(options, KEYS_KEPT_MS)) && !fits(await keysOf(options, ASK_AGAIN_MS))) {
    throw notGenuine('its signature is not of fal');
  }
  return webhookOf(body, requestId);
}

function webhookOf(body: Uint8Array, requestId: string): FalWebhook {
  const { data } = told.safeParse(jsonOf(body));
  if (!data || data.request_id !== requestId) {
    throw new ReelError('invalid-input', 'The webhook of fal cannot be read.', { stage: 'generating' });
  }
  return {
    ...{ requestId, gatewayRequestId: data.gateway_request_id ?? undefined, status: data.status },
    ...{ payload: data.payload, error: data.error ?? undefined },
  };
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

async function keysOf({ jwksUrl: url = JWKS_URL, clock, proxy }: WebhookKeysOptions, keptMs: number) {
  const kept = known.get(url);
  const ageMs = kept ? clock.now() - kept.askedMs : Number.POSITIVE_INFINITY;
  if (kept && ageMs >= 0 && ageMs < keptMs) return kept.keys;
  const answer = await exchange({ method: 'GET', url, headers: {}, timeoutMs: TIMEOUT_MS, proxy });
  const found = answer.kind === 'answer' && answer.status === 200 ? jwks.safeParse(answer.body).data : undefined;
  if (!found) throw new ReelError('network', "fal's keys for webhooks could not be read. Try again later.");
  const keys = found.keys.flatMap((jwk) => publicKey(jwk) ?? []);
  known.set(url, { keys, askedMs: clock.now() });
  return keys;
}

function publicKey({ kty, crv, x }: { kty: string; crv?: string | undefined; x?: string | undefined }) {
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined) return undefined;
  try {
    return createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function notGenuine(why: string): ReelError {
  return new ReelError('auth', `The webhook was refused: ${why}.`, { stage: 'generating' });
}
