import { lookup } from 'node:dns';
import { isReelError } from '#lib/base/errors.ts';
import { type ProxyServer, proxyAuthorization } from '#lib/base/network/proxy.server.ts';
import { loginError, openTunnel, refusesTunnels } from '#lib/base/network/proxy-tunnel.server.ts';
import { type Exchange, type ExchangeOptions, openExchange } from './exchange.server.ts';
import { HttpFault } from './fault.ts';
import type { RequestTarget } from './target.ts';

/**
 * Sends the request through a proxy, which resolves the target's name: in a tunnel, so that TLS runs from end to end. A
 * proxy that opens none for plain http (squid does not for port 80) is asked to pass the request on.
 * @throws HttpFault; ReelError `config` when the proxy wants other credentials, `network` when it refuses by rule
 */
export async function openThroughProxy(
  proxy: ProxyServer,
  target: RequestTarget,
  headers: Array<[string, string]>,
  options: ExchangeOptions,
): Promise<Exchange> {
  const { connectTimeoutMs, signal } = options;
  const tunnel = await openTunnel(proxy, target, { timeoutMs: connectTimeoutMs, signal }).catch((error: unknown) => {
    if (!target.secure && refusesTunnels(error)) return undefined;
    throw isReelError(error) && error.retryable ? new HttpFault('connect', error.message, error) : error;
  });
  try {
    return await (tunnel
      ? openExchange(target, headers, { ...options, tunnel })
      : passOn(proxy, target, headers, options));
  } catch (error) {
    if (!(error instanceof HttpFault)) throw error;
    throw new HttpFault(error.kind, `${error.message} (through the proxy ${proxy.display})`, error.cause);
  }
}

async function passOn(
  proxy: ProxyServer,
  target: RequestTarget,
  headers: Array<[string, string]>,
  options: ExchangeOptions,
): Promise<Exchange> {
  const { secure, hostname, port } = proxy;
  const authorization = proxyAuthorization(proxy);
  const login: Array<[string, string]> = authorization === undefined ? [] : [['Proxy-Authorization', authorization]];
  const toProxy = { ...target, secure, hostname, port, path: `${target.origin}${target.path}` };
  const exchange = await openExchange(toProxy, [...headers, ...login], { ...options, lookup });
  if (exchange.head.status !== 407) return exchange;
  exchange.close();
  throw loginError(proxy);
}
