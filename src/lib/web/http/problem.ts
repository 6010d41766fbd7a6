import { type ErrorCode, isReelError, messageOf } from '#lib/base/errors.ts';

interface Row {
  status: number;
  title: string;
  /** The `ReelError` code that a client branches on. */
  code: ErrorCode | 'internal';
}

const row = (code: Row['code'], status: number, title: string): Row => ({ status, title, code });

/**
 * Every problem that the API reports: the one place where statuses are chosen. The titles are all that the public sees of a
 * library error: its message may quote the provider, or contain a path or a link.
 */
export const PROBLEMS = {
  'invalid-input': row('invalid-input', 400, 'The request is not valid'),
  config: row('config', 503, 'The server is not configured for this'),
  auth: row('auth', 502, "The provider rejected the server's API key"),
  'rate-limited': row('rate-limited', 429, 'Too many requests'),
  quota: row('quota', 503, 'The provider account has no quota left'),
  rejected: row('rejected', 422, "The provider's moderation refused the prompt"),
  'provider-failed': row('provider-failed', 502, 'The provider failed'),
  'unknown-outcome': row('unknown-outcome', 409, 'It is unknown whether it was bought'),
  expired: row('expired', 410, 'The result has expired'),
  timeout: row('timeout', 504, 'It took too long'),
  aborted: row('aborted', 409, 'It was cancelled'),
  network: row('network', 502, 'The provider could not be reached'),
  'not-a-video': row('not-a-video', 502, 'The provider did not send a video'),
  integrity: row('integrity', 502, 'The file arrived damaged'),
  'too-large': row('too-large', 413, 'It is too large'),
  'blocked-address': row('blocked-address', 502, 'The address is blocked'),
  'disk-full': row('disk-full', 507, "The server's disk is full"),
  'disk-denied': row('disk-denied', 500, 'The server has no permission to write its files'),
  disk: row('disk', 500, "The server's disk failed"),
  'store-corrupt': row('store-corrupt', 500, "The server's records cannot be read"),
  busy: row('busy', 409, 'It is already being worked on'),
  budget: row('budget', 402, 'The budget does not allow it'),
  'not-found': row('not-found', 404, 'Not found'),
  // About the visitor; no library error covers these.
  'login-needed': row('auth', 401, 'Log in first'),
  'not-allowed': row('auth', 403, 'Not allowed from here'),
  'cross-site': row('auth', 403, 'Cross-site requests are rejected'),
  'method-not-allowed': row('invalid-input', 405, 'The method is not allowed here'),
  'range-not-satisfiable': row('invalid-input', 416, 'The requested range is outside the file'),
  'plan-outdated': row('invalid-input', 409, 'It has changed since'),
  'not-a-whole-video': row('not-a-video', 422, 'The file is no complete video'),
  'precondition-failed': row('invalid-input', 412, 'The file has changed'),
  internal: row('internal', 500, 'Something went wrong on the server'),
} as const satisfies Record<string, Row>;

export type ProblemName = keyof typeof PROBLEMS;

/** The body of every error response: RFC 9457, with the code and whether a retry may help. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: Row['code'];
  retryable: boolean;
  /** Of a film that could not be saved: where it still is. */
  fallback?: Fallback;
  /** To find the request in the server's log. */
  requestId?: string;
}

/** The page that sent it, its provider, or nowhere. */
export type Fallback = 'blob' | 'remote' | 'none';

export interface ProblemOptions {
  requestId?: string | undefined;
  headers?: Record<string, string>;
  retryable?: boolean;
  fallback?: Fallback;
}

/**
 * An error response, `application/problem+json`.
 * @param detail our own text for the public: no path, link or key, and nothing that a provider said
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
    ...(options.fallback !== undefined && { fallback: options.fallback }),
    ...(options.requestId !== undefined && { requestId: options.requestId }),
  };
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...options.headers };
  return new Response(JSON.stringify(body), { status, headers });
}

/** SvelteKit's own errors. */
const BY_STATUS: Readonly<Record<number, ProblemName>> = {
  400: 'invalid-input',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'too-large',
};

/** The problem for a status that SvelteKit chose; undefined for server errors and for statuses that it never uses here. */
export function problemOfStatus(status: number): ProblemName | undefined {
  return BY_STATUS[status];
}

/** SvelteKit throws an object, not always an Error, with the status of the response. */
export function refusalOf(error: unknown): ProblemName | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? problemOfStatus(error.status) : undefined;
}

/** The response for anything thrown. Only the message of a ProblemError is public; for the rest, details are in the log. */
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
  return `See ${requestId === undefined ? '' : `${requestId} in `}the server's log for details.`;
}

/** The public text for a failure of the library. */
export function publicMessage(code: ErrorCode): string {
  return `${PROBLEMS[code].title}.`;
}

/** What went wrong, without details of this machine. */
export function titleOf(error: unknown): string {
  return PROBLEMS[isReelError(error) ? error.code : 'internal'].title;
}

/** Thrown by code behind an endpoint for problems that only the web layer has. */
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
 * Runs checks of an order that involve no provider and no file: they reject it for its own values, our tables or the budget,
 * so the message may be shown to its sender.
 * @throws ProblemError `invalid-input`, `budget`; other errors as they are
 */
export async function withPublicRefusals<T>(check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    const refusal = isReelError(error) && REFUSALS.find((code) => code === error.code);
    throw refusal ? new ProblemError(refusal, messageOf(error)) : error;
  }
}
