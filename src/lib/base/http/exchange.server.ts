import { Agent, buildConnector, type Dispatcher, type FormData, request } from 'undici';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { isReelError, messageOf } from '#lib/base/errors.ts';
import { type ProxyServer, type ProxySettings, proxyAuthorization, proxyFor } from '#lib/base/network/proxy.server.ts';
import { loginError, refusesTunnels } from '#lib/base/network/proxy-tunnel.server.ts';
import { MAX_ANSWER_BYTES, parseAnswer } from './answer-body.server.ts';
import { BAD_CERTIFICATE, TunnelAgent } from './proxy-agent.server.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body?: string | FormData | undefined;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /**
   * Opens a connection of its own. A kept-alive one may be closed by the server just as the request is sent, and then
   * it is unknown whether it arrived: harmless for a query, expensive for a purchase.
   */
  freshConnection?: boolean | undefined;
  proxy?: ProxySettings | undefined;
  /** Takes the place of ours, and of any proxy. */
  dispatcher?: Dispatcher | undefined;
}

export interface HttpAnswer {
  kind: 'answer';
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Parsed JSON; undefined when it is none. */
  body: unknown;
}

export interface HttpFailure {
  kind: 'failure';
  reason: 'aborted' | 'timeout' | 'network' | 'too-large';
  /** Not one byte of the request can have reached a server. */
  surelyNotSent: boolean;
  message: string;
  cause: unknown;
}

const agents: { keeping?: Agent; fresh?: Agent } = {};

/** Not undici's global dispatcher: another library may have set one that retries or follows redirects, with the key. */
function defaultDispatcher(freshConnection: boolean): Dispatcher {
  const connect = { timeout: CONNECT_TIMEOUT_MS };
  if (!freshConnection) {
    agents.keeping ??= new Agent({ connect });
    return agents.keeping;
  }
  // Pipelining 0 is undici's word for: no keep-alive.
  agents.fresh ??= new Agent({ connect, pipelining: 0 });
  return agents.fresh;
}

/**
 * One HTTP exchange, never repeated, no redirect followed. Never rejects: whether a failed request may have arrived is
 * what decides about money, so it is a value and not an exception.
 */
export async function exchange(call: HttpCall): Promise<HttpAnswer | HttpFailure> {
  const { signal, freshConnection = false } = call;
  if (signal?.aborted) return failureOf(signal.reason, signal, true);
  try {
    const proxy = call.dispatcher ? undefined : proxyOf(call);
    if (proxy) return await exchangeThrough(proxy, call);
    if (freshConnection && !call.dispatcher) return await exchangeAfresh(call);
    return await send(call, call.dispatcher ?? defaultDispatcher(freshConnection), limitsOf(call));
  } catch (error) {
    // Of ours is only what comes before a connection: a proxy that cannot be used.
    return failureOf(error, signal, isReelError(error));
  }
}

function proxyOf({ url, proxy }: HttpCall): ProxyServer | undefined {
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === 'https:';
  return proxyFor({ secure, hostname, port: Number(port) || (secure ? 443 : 80) }, proxy);
}

interface Limits {
  timeoutMs: number;
  signal: AbortSignal;
}

function limitsOf({ timeoutMs, signal }: HttpCall): Limits {
  const sendableMs = Math.min(Math.max(1, Math.ceil(timeoutMs)), LONGEST_TIMER_MS);
  const timeout = AbortSignal.timeout(sendableMs);
  return { timeoutMs: sendableMs, signal: signal ? AbortSignal.any([signal, timeout]) : timeout };
}

/**
 * Over a connection of this call alone. What fails before there is one, a TLS handshake as well, has sent nothing; from
 * the error itself that does not show.
 */
async function exchangeAfresh(call: HttpCall): Promise<HttpAnswer | HttpFailure> {
  let isConnected = false;
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false });
  const agent = new Agent({
    pipelining: 0,
    connect: (options, callback) =>
      connect(options, (...result) => {
        isConnected = result[0] === null;
        callback(...result);
      }),
  });
  try {
    return await send(call, agent, limitsOf(call));
  } catch (error) {
    return failureOf(error, call.signal, !isConnected);
  } finally {
    void agent.destroy();
  }
}

/** In a tunnel; a proxy that opens none for plain http is asked to pass the request on. */
async function exchangeThrough(proxy: ProxyServer, call: HttpCall): Promise<HttpAnswer | HttpFailure> {
  const limits = limitsOf(call);
  const tunnel = new TunnelAgent(proxy, { ...limits, timeoutMs: Math.min(limits.timeoutMs, CONNECT_TIMEOUT_MS) });
  try {
    return await send(call, tunnel.agent, limits);
  } catch (error) {
    if (tunnel.isConnected) throw error;
    if (call.url.startsWith('http:') && refusesTunnels(error)) return await passOn(proxy, call, limits);
    return failureOf(tunnel.explain(error), call.signal, true);
  } finally {
    void tunnel.agent.destroy();
  }
}

async function passOn(proxy: ProxyServer, call: HttpCall, limits: Limits): Promise<HttpAnswer | HttpFailure> {
  const authorization = proxyAuthorization(proxy);
  const headers = {
    ...call.headers,
    host: new URL(call.url).host,
    ...(authorization !== undefined && { 'proxy-authorization': authorization }),
  };
  const through = { origin: `${proxy.secure ? 'https' : 'http'}://${proxy.display}`, path: call.url };
  const answer = await send({ ...call, headers }, defaultDispatcher(true), limits, through);
  return answer.kind === 'answer' && answer.status === 407 ? failureOf(loginError(proxy), call.signal, true) : answer;
}

async function send(
  { method, url, headers, body }: HttpCall,
  dispatcher: Dispatcher,
  { timeoutMs, signal }: Limits,
  through?: { origin: string; path: string },
): Promise<HttpAnswer | HttpFailure> {
  const options = {
    ...{ method, headers: { 'accept-encoding': 'identity', ...headers }, body: body ?? null },
    ...{ headersTimeout: timeoutMs, bodyTimeout: timeoutMs, signal },
  };
  const answer = through
    ? await dispatcher.request({ ...options, ...through })
    : await request(url, { ...options, dispatcher });
  const bytes = await readLimited(answer.body);
  const parsed = bytes && parseAnswer(bytes, answer.headers['content-encoding']);
  if (parsed === undefined || parsed === 'too-large') return tooLarge();
  return { kind: 'answer', status: answer.statusCode, headers: answer.headers, body: parsed.json };
}

async function readLimited(body: Dispatcher.ResponseData['body']): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (sizeBytes > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): HttpFailure {
  const message = `the answer is larger than ${MAX_ANSWER_BYTES} bytes`;
  return { kind: 'failure', reason: 'too-large', surelyNotSent: false, message, cause: undefined };
}

const TIMEOUTS: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
/** Without a connection, or refused by undici before it makes a request of it (a header that none can hold). */
const NEVER_SENT: ReadonlySet<string> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_INVALID_ARG']);

function failureOf(error: unknown, signal: AbortSignal | undefined, before: boolean): HttpFailure {
  const message = messageOf(error) || String(errnoOf(error) ?? 'unknown');
  const base = { kind: 'failure' as const, surelyNotSent: before || neverConnected(error), message, cause: error };
  if (signal?.aborted) return { ...base, reason: 'aborted' };
  const timedOut = (error instanceof Error && error.name === 'TimeoutError') || TIMEOUTS.has(errnoOf(error) ?? '');
  return { ...base, reason: timedOut ? 'timeout' : 'network' };
}

function neverConnected(error: unknown): boolean {
  const errno = errnoOf(error) ?? '';
  if (NEVER_SENT.has(errno) || BAD_CERTIFICATE.test(errno)) return true;
  // With several addresses for a name, Node reports all attempts in one error without a syscall of its own.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(neverConnected);
  const syscall = typeof error === 'object' && error !== null && 'syscall' in error ? error.syscall : undefined;
  return syscall === 'connect' || syscall === 'getaddrinfo';
}
