import { Agent, buildConnector } from 'undici';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { isReelError, messageOf } from '#lib/base/errors.ts';
import type { ProxyServer } from '#lib/base/network/proxy.server.ts';
import { failure, openTunnel } from '#lib/base/network/proxy-tunnel.server.ts';

export interface TunnelLimits {
  timeoutMs: number;
  signal: AbortSignal;
}

/** Errors of a TLS handshake with an invalid certificate: always the target's, also through a proxy. */
export const BAD_CERTIFICATE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/;

/**
 * Makes the connection of one call through a proxy, in a tunnel: TLS runs from end to end. Not undici's own ProxyAgent:
 * its errors name no proxy, and do not say whether the request may have gone out.
 */
export class TunnelAgent {
  readonly agent: Agent;
  readonly #proxy: ProxyServer;
  readonly #limits: TunnelLimits;
  /** The target can be reached, so the request may be on its way. */
  isConnected = false;

  constructor(proxy: ProxyServer, limits: TunnelLimits) {
    this.#proxy = proxy;
    this.#limits = limits;
    this.agent = new Agent({ connect: (options, callback) => this.#connect(options, callback), pipelining: 0 });
  }

  #connect(options: buildConnector.Options, callback: buildConnector.Callback): void {
    const secure = options.protocol === 'https:';
    const hostname = options.hostname.replace(/^\[|\]$/g, '');
    const port = Number(options.port) || (secure ? 443 : 80);
    const done: buildConnector.Callback = (...result) => {
      this.isConnected = result[0] === null;
      callback(...result);
    };
    openTunnel(this.#proxy, { secure, hostname, port }, this.#limits).then(
      (httpSocket) => {
        if (!secure) return done(null, httpSocket);
        buildConnector({ timeout: this.#limits.timeoutMs, allowH2: false })({ ...options, httpSocket }, done);
      },
      (error: Error) => done(error, null),
    );
  }

  /** What kept the target from being reached, in words that name the proxy; a wrong certificate is not its fault. */
  explain(error: unknown): unknown {
    const errno = errnoOf(error) ?? '';
    if ((isReelError(error) && error.code !== 'aborted') || BAD_CERTIFICATE.test(errno)) return error;
    const reason: unknown = this.#limits.signal.reason;
    const isLate = reason instanceof Error && reason.name === 'TimeoutError';
    const what = isLate
      ? `did not connect within ${this.#limits.timeoutMs} ms`
      : `broke the connection: ${errno || messageOf(error)}`;
    return failure(this.#proxy, what, { cause: error });
  }
}
