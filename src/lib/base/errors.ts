/** Every failure the library can report. A code is stable: branch on it, never on the message. */
export const ERROR_CODES = [
  'invalid-input',
  'config',
  'auth',
  'rate-limited',
  'quota',
  'rejected',
  'provider-failed',
  'unknown-outcome',
  'expired',
  'timeout',
  'aborted',
  'network',
  'not-a-video',
  'integrity',
  'too-large',
  'blocked-address',
  'disk-full',
  'disk-denied',
  'disk',
  'store-corrupt',
  'busy',
  'budget',
  'not-found',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Where the work stood when it failed. */
export type ErrorStage =
  | 'prompt'
  | 'submitting'
  | 'queued'
  | 'generating'
  | 'downloading'
  | 'verifying'
  | 'recording'
  | 'configuring';

/** Whether the provider may have charged for the work that this error ended. */
export type Billable = 'no' | 'maybe' | 'yes';

export interface ReelErrorOptions {
  stage?: ErrorStage | undefined;
  retryable?: boolean | undefined;
  billable?: Billable | undefined;
  taskId?: string | undefined;
  requestId?: string | undefined;
  expiresAt?: Date | undefined;
  /** How long the server asked to wait. */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** Codes after which the same call can succeed later without any change. */
const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['rate-limited', 'timeout', 'network', 'busy']);

const REEL_ERROR = Symbol.for('reelkeep.ReelError');

/**
 * The only error class of the library. The message says what happened and what to do next, and never contains a secret:
 * build it with `redactUrl` and `redactText` wherever a URL or a provider's text goes in.
 */
export class ReelError extends Error {
  override readonly name = 'ReelError';
  readonly code: ErrorCode;
  readonly stage: ErrorStage | undefined;
  readonly retryable: boolean;
  readonly billable: Billable;
  readonly taskId: string | undefined;
  readonly requestId: string | undefined;
  readonly expiresAt: Date | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: ReelErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.stage = options.stage;
    this.retryable = options.retryable ?? RETRYABLE.has(code);
    this.billable = options.billable ?? 'no';
    this.taskId = options.taskId;
    this.requestId = options.requestId;
    this.expiresAt = options.expiresAt;
    this.retryAfterMs = options.retryAfterMs;
    // A marker instead of `instanceof`: a bundler may load this module twice (server chunk and script).
    Object.defineProperty(this, REEL_ERROR, { value: true });
  }
}

export function isReelError(value: unknown): value is ReelError {
  return typeof value === 'object' && value !== null && REEL_ERROR in value;
}

/**
 * The same error with facts that only an outer layer knows (task id, stage, billable); fields already set are kept.
 * `advice` is appended to the message.
 */
export function withContext(
  error: ReelError,
  { advice, ...context }: ReelErrorOptions & { advice?: string },
): ReelError {
  const message = advice === undefined ? error.message : `${error.message} ${advice}`;
  const enriched = new ReelError(error.code, message, {
    stage: error.stage ?? context.stage,
    retryable: error.retryable,
    billable: error.billable === 'no' ? context.billable : error.billable,
    taskId: error.taskId ?? context.taskId,
    requestId: error.requestId ?? context.requestId,
    expiresAt: error.expiresAt ?? context.expiresAt,
    retryAfterMs: error.retryAfterMs ?? context.retryAfterMs,
    cause: error.cause ?? error,
  });
  // The stack should show where it failed, not where the facts were added.
  if (error.stack !== undefined) enriched.stack = error.stack;
  return enriched;
}

/**
 * The text of anything thrown, for use inside our own message; never empty, never throws. It may contain a URL: pass it
 * through `redactText` unless it comes from the file system.
 */
export function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if (!(error instanceof Error)) return 'unknown error';
  // A refused connection to a host with several addresses is an AggregateError with an empty message.
  const inner = error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : '';
  return error.message || inner || error.name || 'unknown error';
}
