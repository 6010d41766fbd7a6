import { Agent, type Dispatcher, type FormData, request } from 'undici';
import { errnoOf } from '#lib/base/disk-error.server.ts';
import { messageOf } from '#lib/base/errors.ts';

/** Answers are a few kB; a page of the task list is the largest. More is not from DashScope. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 10_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface HttpCall {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string | FormData | undefined;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /**
   * Opens a connection of its own. A kept one may be closed by the server just as the request goes out, and then nobody
   * knows whether it arrived: no matter for a query, dear for a purchase.
   */
  freshConnection?: boolean | undefined;
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
  const { method, url, headers, body, signal, freshConnection = false } = call;
  const timeoutMs = Math.min(Math.max(1, Math.ceil(call.timeoutMs)), LONGEST_TIMER_MS);
  if (signal?.aborted) return failureOf(signal.reason, signal, true);
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await request(url, {
      method,
      headers,
      body: body ?? null,
      dispatcher: call.dispatcher ?? defaultDispatcher(freshConnection),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const text = await readLimited(answer.body);
    if (text === undefined) return tooLarge();
    return { kind: 'answer', status: answer.statusCode, headers: answer.headers, body: jsonOf(text) };
  } catch (error) {
    return failureOf(error, signal, false);
  }
}

async function readLimited(body: Dispatcher.ResponseData['body']): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (sizeBytes > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tooLarge(): HttpFailure {
  const message = `the answer is larger than ${MAX_ANSWER_BYTES} bytes`;
  return { kind: 'failure', reason: 'too-large', surelyNotSent: false, message, cause: undefined };
}

const TIMEOUTS: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
/** Without a connection, or refused by undici before it makes a request of it (a header that none can hold). */
const NEVER_SENT: ReadonlySet<string> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_INVALID_ARG']);
/** Errors that end the TLS handshake, before any request byte: the certificate is wrong. */
const BAD_CERTIFICATE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/;

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
