import { ReelError } from '#lib/base/errors.ts';
import { isLoopback } from '#lib/base/network/loopback.ts';
import { isPrivateName } from '#lib/base/network/private-name.ts';
import type { FalHandle } from '#lib/fal/answers/submitted.ts';

const OWN_HOST = /(^|\.)fal\.(run|ai)$/;
const OWN_API = 'https://api.fal.ai';
/** Their apps have a name of three parts. */
const NAMESPACES: ReadonlySet<string> = new Set(['workflows', 'comfy']);

/** Where fal is, or what stands in for it. Without slashes at the ends. */
export interface FalEndpoint {
  queueUrl: string;
  /** Of the platform API, with its history of requests and its prices; undefined: there is none to ask. */
  apiUrl: string | undefined;
  /** Whether the queue is fal's own. */
  isOwn: boolean;
}

/**
 * @param apiBaseUrl with or without `/v1`; undefined: fal's own API with fal's own queue, and none with another one, which
 *   may be anybody's gateway
 * @param allowPlainHttp http to hosts that are not this machine or of its network
 * @throws ReelError `config`
 */
export function endpointOf(
  queueBaseUrl: string,
  apiBaseUrl: string | undefined,
  { allowPlainHttp }: { allowPlainHttp: boolean },
): FalEndpoint {
  const queueUrl = baseOf('FAL_QUEUE_BASE_URL', queueBaseUrl, allowPlainHttp);
  const isOwn = isOfFal(queueUrl);
  const api = apiBaseUrl ?? (isOwn ? OWN_API : undefined);
  const apiUrl = api === undefined ? undefined : baseOf('FAL_API_BASE_URL', api, allowPlainHttp).replace(/\/v1$/, '');
  return { queueUrl, apiUrl, isOwn };
}

function baseOf(name: string, given: string, allowPlainHttp: boolean): string {
  const url = URL.parse(given.trim());
  if (!url || !/^https?:$/.test(url.protocol)) throw misconfigured(`${name} must be an http(s) URL.`);
  if (url.username || url.password || url.search || url.hash) {
    throw misconfigured(`${name} must not contain a user, a password, a query or a fragment.`);
  }
  if (url.protocol === 'http:' && !allowPlainHttp && !isPrivateName(url.hostname)) {
    throw misconfigured(`${name} must use https: otherwise the key would be sent unencrypted to ${url.host}.`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function isOfFal(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' && OWN_HOST.test(hostname);
}

/**
 * The addresses of a request: those that fal gave, where the key may go there, and else those that its reference describes,
 * which have only the first two parts of the model's id. An answer that a gateway has changed must not lead the key
 * elsewhere.
 */
export function addressesOf(
  { queueUrl, isOwn }: FalEndpoint,
  { modelId, requestId }: { modelId: string; requestId: string },
  given: Partial<FalHandle> = {},
): { statusUrl: string; responseUrl: string; cancelUrl: string } {
  const built = `${queueUrl}/${appOf(modelId)}/requests/${encodeURIComponent(requestId)}`;
  const mayGo = (url: string) => new URL(url).origin === new URL(queueUrl).origin || (isOwn && isOfFal(url));
  const choose = (url: string | undefined, tail: string) => (url !== undefined && mayGo(url) ? url : `${built}${tail}`);
  return {
    statusUrl: choose(given.statusUrl, '/status'),
    responseUrl: choose(given.responseUrl, ''),
    cancelUrl: choose(given.cancelUrl, '/cancel'),
  };
}

function appOf(modelId: string): string {
  const parts = modelId.split('/');
  return parts.slice(0, NAMESPACES.has(parts[0] ?? '') ? 3 : 2).join('/');
}

/** The name of every server on this machine. */
const LOCAL_SERVER = 'local server';

/**
 * Where a request was made, as records keep it. Loopback addresses count as one: a restarted server may have another port
 * and the same requests.
 */
export function endpointName(queueUrl: string): string {
  return isLoopback(new URL(queueUrl).hostname) ? LOCAL_SERVER : queueUrl;
}

function misconfigured(message: string): ReelError {
  return new ReelError('config', message, { stage: 'configuring' });
}
