import { type ErrorCode, isReelError, messageOf } from '#lib/base/errors.ts';

interface Row {
  status: number;
  title: string;
  /** The `ReelError` code that a client branches on. */
  code: ErrorCode | 'internal';
}

const row = (code: Row['code'], status: number, title: string): Row => ({ status, title, code });

/**
 * Every way in which the API says no: the one place where a status is chosen. The titles are all that strangers read of an
 * error of the library: its message may quote the provider, or name a path or a link.
 */
export const PROBLEMS = {
  'invalid-input': row('invalid-input', 400, 'The request is not valid'),
  config: row('config', 503, 'The server is not set up for this'),
  auth: row('auth', 502, 'The provider refused the API key of the server'),
  'rate-limited': row('rate-limited', 429, 'Too many requests'),
  quota: row('quota', 503, 'The account at the provider has no quota left'),
  rejected: row('rejected', 422, 'The moderation of the provider refused the words'),
  'provider-failed': row('provider-failed', 502, 'The provider failed'),
  'unknown-outcome': row('unknown-outcome', 409, 'Whether it was bought is not known'),
  expired: row('expired', 410, 'The result is gone'),
  timeout: row('timeout', 504, 'It took too long'),
  aborted: row('aborted', 409, 'It was cancelled'),
  network: row('network', 502, 'The provider could not be reached'),
  'not-a-video': row('not-a-video', 502, 'The provider sent no video'),
  integrity: row('integrity', 502, 'The file arrived damaged'),
  'too-large': row('too-large', 413, 'It is too large'),
  'blocked-address': row('blocked-address', 502, 'The address is blocked'),
  'disk-full': row('disk-full', 507, 'The disk of the server is full'),
  'disk-denied': row('disk-denied', 500, 'The server may not use its disk'),
  disk: row('disk', 500, 'The disk of the server failed'),
  'store-corrupt': row('store-corrupt', 500, 'The records of the server cannot be read'),
  busy: row('busy', 409, 'Somebody is working on it'),
  budget: row('budget', 402, 'The budget does not allow it'),
  'not-found': row('not-found', 404, 'There is no such thing'),
  // What the server says about the visitor, which no error of the library does.
  'login-needed': row('auth', 401, 'Log in first'),
  'not-allowed': row('auth', 403, 'Not from here'),
  'cross-site': row('auth', 403, 'Cross-site requests are refused'),
  'method-not-allowed': row('invalid-input', 405, 'The method is not allowed here'),
  'range-not-satisfiable': row('invalid-input', 416, 'The file has no such bytes'),
  'precondition-failed': row('invalid-input', 412, 'The file is another one by now'),
  internal: row('internal', 500, 'Something went wrong in the server'),
} as const satisfies Record<string, Row>;

export type ProblemName = keyof typeof PROBLEMS;

/** The body of every error answer: RFC 9457, with the code and whether trying again may help. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: Row['code'];
  retryable: boolean;
  /** Of the request, for finding it in the log of the server. */
  requestId?: string;
}

export interface ProblemOptions {
  requestId?: string | undefined;
  headers?: Record<string, string>;
  retryable?: boolean;
}

/**
 * An error answer, `application/problem+json`.
 * @param detail words of ours, for strangers: nothing of a path, a link, a key, or of what a provider says
 */
export function problem(name: ProblemName, detail: string, options: ProblemOptions = {}): Response {
  const { status, title, code } = PROBLEMS[name];
  const body: ProblemBody = {
    type: `urn:reelkeep:problem:${name}`,
    title,
    status,
    detail,
    code,
    retryable: options.retryable ?? false,
    ...(options.requestId !== undefined && { requestId: options.requestId }),
  };
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...options.headers };
  return new Response(JSON.stringify(body), { status, headers });
}

/** SvelteKit's own refusals. */
const BY_STATUS: Readonly<Record<number, ProblemName>> = {
  400: 'invalid-input',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'too-large',
};

/** The problem for a status that SvelteKit chose; undefined for its failures, and for what it never says here. */
export function problemOfStatus(status: number): ProblemName | undefined {
  return BY_STATUS[status];
}

/** What SvelteKit itself refuses with: an object, not always an Error, with the status of the answer. */
export function refusalOf(error: unknown): ProblemName | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? problemOfStatus(error.status) : undefined;
}

/** The answer for anything thrown. Only a ProblemError speaks for itself; of the rest the log says more. */
export function problemOf(error: unknown, options: ProblemOptions = {}): Response {
  if (isProblemError(error)) return problem(error.problem, error.message, { ...options, ...error.options });
  if (isReelError(error)) {
    const detail = `${publicMessage(error.code)} ${lookInLog(options)}`;
    return problem(error.code, detail, { retryable: error.retryable, ...options });
  }
  const refusal = refusalOf(error);
  if (refusal) return problem(refusal, PROBLEMS[refusal].title, options);
  return problem('internal', lookInLog(options), options);
}

function lookInLog({ requestId }: ProblemOptions): string {
  return `The log of the server says more${requestId === undefined ? '' : ` under ${requestId}`}.`;
}

/** What strangers read of a failure of the library. */
export function publicMessage(code: ErrorCode): string {
  return `${PROBLEMS[code].title}.`;
}

/** What went wrong, in words that tell nothing of this machine. */
export function titleOf(error: unknown): string {
  return PROBLEMS[isReelError(error) ? error.code : 'internal'].title;
}

/** Thrown by what runs behind an endpoint to say no in a way that only the web has. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: ProblemName;
  readonly options: ProblemOptions;

  constructor(name: ProblemName, message: string, options: ProblemOptions = {}) {
    super(message);
    this.problem = name;
    this.options = options;
  }
}

export function isProblemError(error: unknown): error is ProblemError {
  return error instanceof ProblemError;
}

const REFUSALS = ['invalid-input', 'budget'] as const;

/**
 * Runs checks of an order that ask nobody and read no file: what they refuse it for are its own values, our tables and the
 * budget, so whoever sent it may read why.
 * @throws ProblemError `invalid-input`, `budget`; other errors as they are
 */
export function withPublicRefusals<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    const refusal = isReelError(error) && REFUSALS.find((code) => code === error.code);
    throw refusal ? new ProblemError(refusal, messageOf(error)) : error;
  }
}
