import type { ErrorCode } from '#lib/base/errors.ts';

/**
 * An attempt that ended without the whole file, with what to do about it.
 * `later`: wait and go on; `start-over`: the part is of no use, ask for everything at once; `dead-link`: a fresh link is
 * needed.
 */
export type SetbackKind = 'later' | 'start-over' | 'dead-link';

/** Internal to this folder: never reaches a caller. */
export class Setback extends Error {
  override readonly name = 'Setback';
  readonly kind: SetbackKind;
  readonly code: ErrorCode;
  /** What the server's Retry-After asks for. */
  readonly retryAfterMs: number | undefined;
  /** HTTP status of the response; undefined when there was none. */
  readonly status: number | undefined;

  constructor(
    kind: SetbackKind,
    reason: string,
    options: { code?: ErrorCode; retryAfterMs?: number | undefined; status?: number | undefined; cause?: unknown } = {},
  ) {
    super(reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.code = options.code ?? 'network';
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
  }
}
