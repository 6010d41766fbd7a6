import { type AgentOptions, type ClientRequestArgs, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { type ProxySettings, proxyFor } from '#lib/base/network/proxy.server.ts';
import { openTunnel } from '#lib/base/network/proxy-tunnel.server.ts';

type Connected = (error: Error | null, stream: Duplex) => void;

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The sockets of one kind of request. Serving and uploading each have their own: readers that stop reading must not keep
 * an upload waiting for a socket, nor uploads a reader.
 */
export function s3Agents(proxy: ProxySettings, maxSockets: number) {
  const options: AgentOptions = { keepAlive: true, maxSockets, maxFreeSockets: 16 };
  return { httpAgent: new ProxiedHttp(proxy, options), httpsAgent: new ProxiedHttps(proxy, options) };
}

class ProxiedHttp extends HttpAgent {
  readonly #proxy: ProxySettings;

  constructor(proxy: ProxySettings, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(options: ClientRequestArgs, callback?: Connected): Duplex | null | undefined {
    const tunnel = tunnelFor(options, false, this.#proxy);
    if (!tunnel) return super.createConnection(options, callback);
    tunnel.then((socket) => callback?.(null, socket), failed(callback));
    return undefined;
  }
}

class ProxiedHttps extends HttpsAgent {
  readonly #proxy: ProxySettings;

  constructor(proxy: ProxySettings, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(options: ClientRequestArgs, callback?: Connected): Duplex | null | undefined {
    const tunnel = tunnelFor(options, true, this.#proxy);
    if (!tunnel) return super.createConnection(options, callback);
    const servername = options.host ?? options.hostname ?? '';
    tunnel.then((socket) => callback?.(null, connectTls({ socket, servername })), failed(callback));
    return undefined;
  }
}

function tunnelFor(options: ClientRequestArgs, secure: boolean, settings: ProxySettings) {
  const hostname = options.host ?? options.hostname ?? '';
  const target = { secure, hostname, port: Number(options.port) || (secure ? 443 : 80) };
  const proxy = proxyFor(target, settings);
  return proxy && openTunnel(proxy, target, { timeoutMs: CONNECT_TIMEOUT_MS });
}

/** An agent passes the error on and ignores the stream. */
function failed(callback: Connected | undefined): (error: Error) => void {
  // @ts-expect-error Node's type has no form of the callback without a stream.
  return (error) => callback?.(error);
}
