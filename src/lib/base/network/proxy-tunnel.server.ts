import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { abortError } from '#lib/base/clock.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { type ProxyServer, type ProxyTarget, proxyAuthorization } from './proxy.server.ts';

export interface TunnelOptions {
  /** For everything up to the proxy's response. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

const LARGEST_HEAD_BYTES = 16 * 1024;
/** Temporary refusals. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);
/** How proxies refuse to open tunnels, to this port or at all. */
const NO_TUNNELS: ReadonlySet<number> = new Set([400, 403, 404, 405, 501]);
const CERTIFICATE_FAULT = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO)/;

/** The cause of a refusal that does not apply to a plain http request, which the proxy may still forward. */
class NoTunnel extends Error {}

/** Whether the proxy refused the tunnel, but may still forward a plain http request. */
export function refusesTunnels(error: unknown): boolean {
  return isReelError(error) && error.cause instanceof NoTunnel;
}

/**
 * Asks a proxy for a connection to the target. The socket is paused, and starts with the target's first byte.
 * @throws ReelError `network` that names the proxy and says what to do, retryable unless the proxy refuses by rule;
 * `config` when it wants other credentials; `aborted`
 */
export async function openTunnel(proxy: ProxyServer, target: ProxyTarget, options: TunnelOptions): Promise<Socket> {
  const socket = connectTo(proxy);
  // Until another listener is attached, an error must not end the process.
  socket.on('error', () => {});
  try {
    socket.write(requestFor(proxy, target), 'latin1');
    const { head, rest } = await readHead(socket, proxy, options);
    const error = readAnswer(head, proxy, target);
    if (error) throw error;
    if (rest.length > 0) socket.unshift(rest);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

interface ProxyAnswer {
  /** Empty when it is none. */
  head: string;
  /** Bytes received after it: the target's first bytes. */
  rest: Buffer;
}

function readHead(socket: Socket, proxy: ProxyServer, { timeoutMs, signal }: TunnelOptions): Promise<ProxyAnswer> {
  const done = new AbortController();
  const answer = new Promise<ProxyAnswer>((resolve, reject) => {
    const timer = setTimeout(() => reject(failure(proxy, `did not respond within ${timeoutMs} ms`)), timeoutMs);
    done.signal.addEventListener('abort', () => clearTimeout(timer));
    const onAbort = () => reject(abortError(signal));
    signal?.addEventListener('abort', onAbort, { signal: done.signal });
    if (signal?.aborted) onAbort();
    let seen = Buffer.alloc(0);
    listenUntil(done.signal, socket, {
      data: (piece) => {
        seen = Buffer.concat([seen, piece]);
        const end = seen.indexOf('\r\n\r\n');
        if (end === -1 && seen.length <= LARGEST_HEAD_BYTES && couldBeHttp(seen)) return;
        socket.pause();
        resolve({ head: seen.toString('latin1', 0, Math.max(end, 0)), rest: seen.subarray(end + 4) });
      },
      end: () => reject(closedError(proxy)),
      close: () => reject(closedError(proxy)),
      error: (error) => reject(connectionError(proxy, error)),
    });
  });
  return answer.finally(() => done.abort());
}

interface SocketListeners {
  data: (piece: Buffer) => void;
  end: () => void;
  close: () => void;
  error: (error: Error) => void;
}

function listenUntil(done: AbortSignal, socket: Socket, { data, end, close, error }: SocketListeners): void {
  socket.on('data', data).on('end', end).on('close', close).on('error', error);
  done.addEventListener('abort', () => {
    socket.off('data', data).off('end', end).off('close', close).off('error', error);
  });
}

function connectTo({ secure, hostname, port }: ProxyServer): Socket {
  if (!secure) return connectTcp({ host: hostname, port });
  // Loaded on demand: programs without TLS do not need it.
  const { connect } = process.getBuiltinModule('node:tls');
  return connect({ host: hostname, port, servername: isIP(hostname) ? '' : hostname, ALPNProtocols: ['http/1.1'] });
}

function requestFor(proxy: ProxyServer, target: ProxyTarget): string {
  const authorization = proxyAuthorization(proxy);
  const to = authorityOf(target);
  const credentials = authorization === undefined ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  return `CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\nUser-Agent: reelkeep\r\n${credentials}\r\n`;
}

function authorityOf({ hostname, port }: ProxyTarget): string {
  return `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`;
}

function couldBeHttp(bytes: Buffer): boolean {
  const text = bytes.toString('latin1', 0, 5);
  return text === 'HTTP/'.slice(0, text.length);
}

/** Undefined when the tunnel is open. */
function readAnswer(head: string, proxy: ProxyServer, target: ProxyTarget): ReelError | undefined {
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?= |\r|$)/.exec(head)?.[1]);
  if (Number.isNaN(status)) return failure(proxy, 'did not answer like an HTTP proxy');
  if (status >= 200 && status < 300) return undefined;
  if (status === 407) return loginError(proxy);
  const cause = NO_TUNNELS.has(status) ? new NoTunnel(`CONNECT was answered ${status}`) : undefined;
  if (status >= 400 && status < 500 && !PASSING.has(status)) return refusal(proxy, authorityOf(target), status, cause);
  return failure(proxy, `answered ${status} instead of connecting to ${authorityOf(target)}`, { cause });
}

/** The proxy requires credentials, or rejects the given ones. */
export function loginError(proxy: ProxyServer): ReelError {
  const what = proxy.credentials
    ? 'does not accept the configured user name and password'
    : 'requires a user name and a password';
  const advice = 'Put them into the proxy setting (HTTPS_PROXY, HTTP_PROXY): http://user:password@host:port.';
  return new ReelError('config', `The proxy ${proxy.display} ${what} (407). ${advice}`, { stage: 'configuring' });
}

function refusal(proxy: ProxyServer, to: string, status: number, cause: unknown): ReelError {
  const advice = 'Have it allowed there, or add the host to NO_PROXY if it can be reached directly.';
  return new ReelError('network', `The proxy ${proxy.display} refuses to connect to ${to} (${status}). ${advice}`, {
    retryable: false,
    cause,
  });
}

/** Also for a proxy that accepts the connection and then fails. */
export function failure(
  proxy: ProxyServer,
  what: string,
  options: { cause?: unknown; retryable?: boolean } = {},
): ReelError {
  const advice = 'Check the proxy and the settings HTTPS_PROXY, HTTP_PROXY and NO_PROXY.';
  return new ReelError('network', `The proxy ${proxy.display} ${what}. ${advice}`, options);
}

function closedError(proxy: ProxyServer): ReelError {
  const what = 'closed the connection without a response';
  return failure(proxy, what, { cause: new NoTunnel(what) });
}

function connectionError(proxy: ProxyServer, cause: Error): ReelError {
  const errno = errnoOf(cause) ?? '';
  if (CERTIFICATE_FAULT.test(errno)) {
    return failure(proxy, `could not prove its identity (${errno})`, { retryable: false, cause });
  }
  return failure(proxy, `cannot be reached: ${errno || messageOf(cause)}`, { cause });
}
