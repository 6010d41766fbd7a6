import { ReelError } from '#lib/base/errors.ts';
import { type ProxySettings, proxyFor } from '#lib/base/network/proxy.server.ts';
import { type AddressGuard, assertPublicHost, guardedLookup } from './address-guard.server.ts';
import { type Exchange, type ExchangeOptions, openExchange } from './exchange.server.ts';
import { HttpFault } from './fault.ts';
import type { LinkSecrets } from './secrets.ts';
import { type RequestTarget, resolveTarget } from './target.ts';

export interface RedirectOptions extends Omit<ExchangeOptions, 'lookup' | 'tunnel'>, AddressGuard {
  /** Sent to the first origin only. */
  credentials: Array<[string, string]>;
  /** An origin whose own address is not checked. */
  trustedOrigin?: string | undefined;
  proxy?: ProxySettings | undefined;
  /** Gets the signed queries of the hops, which the servers behind them may repeat. */
  secrets: LinkSecrets;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_HOPS = 5;

/**
 * Fetches a target and follows its redirects by hand: every hop goes through the same address check before it connects,
 * and the caller's headers stay with the origin that they were given for.
 * @param headers ours (Range and the like), sent on every hop
 */
export async function fetchFollowing(
  first: RequestTarget,
  headers: Array<[string, string]>,
  options: RedirectOptions,
): Promise<Exchange> {
  let target = first;
  options.secrets.forgetHops();
  // Once left, the first origin gets no credentials either: the hop in between has chosen the path.
  let trusted = true;
  for (let hops = 0; ; hops += 1) {
    const credentials = trusted ? options.credentials : [];
    const exchange = await fetchOnce(target, [...credentialsFor(target, credentials), ...headers], options);
    if (!REDIRECTS.has(exchange.head.status)) return exchange;
    exchange.close();
    if (hops === MOST_HOPS) throw new HttpFault('protocol', `more than ${MOST_HOPS} redirects`);
    const next = nextTarget(exchange, target);
    options.secrets.addHop(next.href, next.authorization);
    trusted &&= next.origin === first.origin;
    target = next;
  }
}

/** Credentials in the redirect itself replace the caller's, as in every other client. */
function credentialsFor({ authorization }: RequestTarget, callers: Array<[string, string]>): Array<[string, string]> {
  if (authorization === undefined) return callers;
  const others = callers.filter(([name]) => name.toLowerCase() !== 'authorization');
  return [...others, ['Authorization', authorization]];
}

/** Behind a proxy a name cannot be judged: the proxy resolves it. An address always can. */
async function fetchOnce(
  target: RequestTarget,
  headers: Array<[string, string]>,
  options: RedirectOptions,
): Promise<Exchange> {
  const allowPrivateNetwork = options.allowPrivateNetwork || target.origin === options.trustedOrigin;
  if (!allowPrivateNetwork) assertPublicHost(target.hostname);
  const proxy = proxyFor(target, options.proxy);
  const exchangeOptions = {
    lookup: guardedLookup({ ...options, allowPrivateNetwork }),
    connectTimeoutMs: options.connectTimeoutMs,
    stallTimeoutMs: options.stallTimeoutMs,
    tooLate: options.tooLate,
    signal: options.signal,
    clock: options.clock,
    readAheadBytes: options.readAheadBytes,
  };
  if (!proxy) return openExchange(target, headers, exchangeOptions);
  options.secrets.addProxy(proxy);
  // Loaded here, what few captures need does not delay the others.
  const { openThroughProxy } = await import('./through-proxy.server.ts');
  return openThroughProxy(proxy, target, headers, exchangeOptions);
}

function nextTarget(exchange: Exchange, from: RequestTarget): RequestTarget {
  const location = exchange.head.headers.get('location');
  if (!location) throw new HttpFault('protocol', `a redirect (${exchange.head.status}) without a Location`);
  const next = readLocation(location, from);
  if (from.secure && !next.secure) {
    throw new ReelError(
      'blocked-address',
      `${from.display} redirects from https to plain http, which is not allowed.`,
      {
        stage: 'downloading',
      },
    );
  }
  return next;
}

function readLocation(location: string, from: RequestTarget): RequestTarget {
  try {
    return resolveTarget(location, from);
  } catch (error) {
    // The server's mistake, not the caller's: `invalid-input` would send the reader looking at their own URL.
    throw new HttpFault('protocol', 'a redirect to something that is not an http(s) URL', error);
  }
}
