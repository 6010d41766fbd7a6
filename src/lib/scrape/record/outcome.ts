import type { ErrorCode, ReelError } from '#lib/base/errors.ts';
import { endJob, timeOf } from './processing-jobs.ts';
import { requestText, type ScrapedRecord } from './record.ts';

/** What comes after a try that has failed. */
export type Verdict =
  /** The site wants to be left alone: the film waits, and has spent nothing. */
  | 'postponed'
  /** Worth another try soon. */
  | 'again'
  /** Stopped from outside: the next process goes on. */
  | 'interrupted'
  /** Nothing that this film is to blame for: no other one would do better. */
  | 'hindered'
  | 'failed';

const HINDRANCES: ReadonlySet<string> = new Set([
  ...['config', 'auth', 'disk', 'disk-full', 'disk-denied', 'store-corrupt', 'quota'],
]);
/** A file that has changed under our hands is fetched again. */
const WORTH_A_TRY: ReadonlySet<string> = new Set(['network', 'timeout', 'integrity']);
/** Who asks for longer waits is not asked again at once. */
const LONGEST_WAIT_MS = 60_000;

/** Whether every other film would fail likewise. */
export function isHindrance(code: ErrorCode): boolean {
  return HINDRANCES.has(code);
}

/** @param retriesLeft of this call */
export function verdictOn({ code, retryable, retryAfterMs = 0 }: ReelError, retriesLeft: number): Verdict {
  if (code === 'aborted' || code === 'busy') return 'interrupted';
  if (code === 'rate-limited') return 'postponed';
  if (isHindrance(code)) return 'hindered';
  const isSoon = retryAfterMs <= LONGEST_WAIT_MS && (retryable || code === 'integrity');
  return WORTH_A_TRY.has(code) && isSoon && retriesLeft > 0 ? 'again' : 'failed';
}

export interface Failure {
  error: ReelError;
  /** Of the error, without secrets. */
  message: string;
  verdict: Verdict;
  /** Where the try has downloaded to; its programs have ended. */
  folder: string;
}

/** What the record says after a try that has failed. A film that is stored already stays so. */
export function afterFailure(
  record: ScrapedRecord,
  { error, message, verdict, folder }: Failure,
  nowMs: number,
): Partial<ScrapedRecord> {
  const { code, retryable, retryAfterMs } = error;
  const isCounted = verdict === 'again' || verdict === 'failed';
  const isLater = verdict === 'failed' && retryable && retryAfterMs !== undefined;
  const jobStatus = verdict === 'postponed' || verdict === 'interrupted' ? verdict : 'failed';
  const told = verdict === 'interrupted' ? {} : { download_error: message, download_error_code: code };
  return {
    download_status: verdict === 'failed' ? (record.stored ? 'downloaded' : 'failed') : 'pending',
    download_attempts: record.download_attempts + (isCounted ? 1 : 0),
    ...told,
    ...(verdict !== 'interrupted' && { download_retryable: retryable || verdict !== 'failed' }),
    download_retry_at: isLater ? timeOf(nowMs + retryAfterMs) : undefined,
    ...(code === 'integrity' && { fetched: undefined }),
    leftover: isWorthKeeping(record, error, verdict) ? { folder, request: requestText(record) } : undefined,
    ...endJob(record, { status: jobStatus, ...(verdict !== 'interrupted' && { error: message, code }) }, nowMs),
  };
}

/** Whether the next try may go on with what this one has received. */
function isWorthKeeping({ fetched }: ScrapedRecord, { code, retryable }: ReelError, verdict: Verdict): boolean {
  const isWhole = fetched !== undefined && code !== 'integrity';
  if (isWhole || code === 'integrity' || code === 'disk-full') return false;
  return verdict !== 'failed' || retryable;
}
