import type { Clock } from '#lib/base/clock.ts';
import type { ErrorCode } from '#lib/base/errors.ts';
import { expiredMessage, isExpired } from './deadline.ts';
import type { DownloadRecord, MissingAsset } from './record.ts';
import { retryDelayMs } from './retry.ts';

/** How one try has ended. */
export type Outcome =
  | { kind: 'completed'; missing: readonly MissingAsset[] }
  | { kind: 'setback'; setback: Setback }
  | { kind: 'failed'; code: ErrorCode; message: string }
  | { kind: 'expired'; lastAnswer?: string | undefined };

export interface Setback {
  code: ErrorCode;
  message: string;
  retryAfterMs?: number | undefined;
  /** The body was not a video: two with the same fingerprint had the same bytes. */
  rejected?: { fingerprint: string; isText: boolean } | undefined;
  /** Bytes came that no earlier try had got: the quick retries begin anew. */
  hasProgressed?: boolean | undefined;
  /** The film is here, and only has to be uploaded: no deadline of the service ends that. */
  isHere?: boolean | undefined;
}

/** A wrong file that comes again will come for ever; a text may be an error page, which passes. */
const SAME_FILE_ENDS = 2;
const SAME_TEXT_ENDS = 4;

interface Now extends Pick<Clock, 'random'> {
  nowMs: number;
}

/** What the record says after a try. */
export function afterTry(record: DownloadRecord, outcome: Outcome, now: Now): Partial<DownloadRecord> {
  switch (outcome.kind) {
    case 'completed':
      return {
        ...ended('completed', now),
        ...{ error: undefined, errorCode: undefined, rejected: undefined },
        missing: outcome.missing.length > 0 ? [...outcome.missing] : undefined,
      };
    case 'failed':
      return { ...ended('failed', now), error: outcome.message, errorCode: outcome.code };
    case 'expired':
      return {
        ...ended('expired', now),
        ...{ error: expiredMessage(record, outcome.lastAnswer ?? record.error), errorCode: 'expired' },
        // Without a file its version number is free again.
        ...(record.assets.length === 0 && { place: undefined }),
      };
    case 'setback':
      return afterSetback(record, outcome.setback, now);
  }
}

function afterSetback(record: DownloadRecord, setback: Setback, now: Now): Partial<DownloadRecord> {
  const retryCount = record.retryCount + 1;
  const rejected = rejectedAfter(record, setback);
  if (rejected && rejected.times >= (setback.rejected?.isText ? SAME_TEXT_ENDS : SAME_FILE_ENDS)) {
    const message = `The service has sent the same bytes ${rejected.times} times, and they are not a video. ${setback.message}`;
    return { ...ended('failed', now), retryCount, error: message, errorCode: 'not-a-video', rejected: undefined };
  }
  // A transfer that goes on past the deadline ends once it brings nothing more.
  if (isExpired(record, now.nowMs) && !setback.hasProgressed && !setback.isHere) {
    return { ...afterTry(record, { kind: 'expired', lastAnswer: setback.message }, now), retryCount };
  }
  const leftMs = Date.parse(record.expiresAt) - now.nowMs;
  const delay = { retryCount: setback.hasProgressed ? 1 : retryCount, retryAfterMs: setback.retryAfterMs, leftMs };
  return {
    status: 'pending',
    retryCount,
    ...{ error: setback.message, errorCode: setback.code, rejected },
    nextTryAt: timeOf(now.nowMs + retryDelayMs(delay, now)),
  };
}

function rejectedAfter({ rejected }: DownloadRecord, setback: Setback): DownloadRecord['rejected'] {
  if (!setback.rejected) return undefined;
  const { fingerprint } = setback.rejected;
  return { fingerprint, times: rejected?.fingerprint === fingerprint ? rejected.times + 1 : 1 };
}

function ended(status: 'completed' | 'failed' | 'expired', { nowMs }: Now): Partial<DownloadRecord> {
  return { status, nextTryAt: undefined, endedAt: timeOf(nowMs) };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
