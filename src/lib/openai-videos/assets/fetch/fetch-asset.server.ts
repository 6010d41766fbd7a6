import type { Clock } from '#lib/base/clock.ts';
import { type ErrorCode, isReelError, messageOf, type ReelError } from '#lib/base/errors.ts';
import type {
  AssetFormat,
  CaptureFunctions,
  CaptureOptions,
  CaptureProgress,
  CaptureResult,
} from '#lib/capture/types.ts';
import type { AssetType } from '#lib/openai-videos/assets/job/types.ts';
import { type Watch, watchFormat } from './watched-format.server.ts';

/** A picture that turns out to be the film is not read any further. */
const PICTURE_READ_AHEAD_BYTES = 32 * 1024;
/** A predecessor that is shutting down releases the part file well within this time. */
const PART_WAIT_MS = 5000;
/** Everything that ends more than this one file. */
export const ENDS_JOB: ReadonlySet<ErrorCode> = new Set([
  'aborted',
  'disk',
  'disk-full',
  'disk-denied',
  'store-corrupt',
]);

export interface AssetRequest {
  type: AssetType;
  formats: Record<AssetType, AssetFormat>;
  files: Pick<CaptureFunctions, 'captureAsset' | 'inspectAsset'>;
  link: { url: string; headers: Record<string, string> };
  finalPath: string;
  /** Tells this process's part file from one that a stopped predecessor does not release. */
  partTag: string;
  /** Passed on to the capture as they are. */
  capture: Pick<CaptureOptions, 'allowPrivateNetwork' | 'proxy' | 'trustedOrigin' | 'throttle' | 'maxBytes'>;
  clock: Clock;
  signal: AbortSignal;
  onBytes(received: number, total: number | undefined): void;
  publish(file: { sizeBytes: number; sha256: string; mimeType: string }, rename: () => void): Promise<void>;
}

export interface AssetSetback {
  code: ErrorCode;
  message: string;
  retryAfterMs?: number;
  rejected?: Watch['rejected'];
  /** The file is in the local folder, whole: only the store did not take it. */
  isHere?: boolean;
}

export type AssetOutcome =
  | { kind: 'there'; file: Pick<CaptureResult, 'sizeBytes' | 'sha256' | 'mimeType'> }
  | { kind: 'setback'; setback: AssetSetback };

/**
 * One try to fetch one file. What it has received stays for the next try if the service lets a download be resumed.
 * @throws ReelError `aborted`, `disk*`, `store-corrupt`, or what `publish` rejects with as `busy`
 */
export async function fetchAsset(request: AssetRequest): Promise<AssetOutcome> {
  const outcome = await tryOnce(request, undefined);
  const isHeld = outcome.kind === 'setback' && outcome.setback.code === 'busy';
  return isHeld ? tryOnce(request, request.partTag) : outcome;
}

async function tryOnce(request: AssetRequest, partTag: string | undefined): Promise<AssetOutcome> {
  const { type, link, finalPath, publish, formats, files } = request;
  const { format, watch } = watchFormat(formats[type], formats.video, files);
  const attempt = new OneAttempt(request.clock);
  let isRefusedByRecord = false;
  try {
    const file = await files.captureAsset(link, finalPath, {
      ...request.capture,
      ...{ format, partTag, signal: request.signal, clock: attempt.clock, busyTimeoutMs: PART_WAIT_MS },
      // Only what the service asks for is left of the waits, which are not ours here.
      ...{ retryBaseMs: 1, retryMaxMs: 1 },
      ...(type !== 'video' && { readAheadBytes: PICTURE_READ_AHEAD_BYTES }),
      onProgress: (progress) => {
        attempt.note(progress);
        if (progress.stage === 'downloading') request.onBytes(progress.bytesReceived, progress.bytesTotal);
      },
      publishWithin: async (facts, rename) => {
        const mimeType = watch.mimeType ?? format.mimeType;
        await publish({ ...facts, mimeType }, rename).catch((error: unknown) => {
          isRefusedByRecord = true;
          throw error;
        });
      },
    });
    return { kind: 'there', file };
  } catch (error) {
    const setback = attempt.setback ?? setbackOf(error);
    if (!setback || isRefusedByRecord) throw error;
    return { kind: 'setback', setback: { ...setback, ...(watch.rejected && { rejected: watch.rejected }) } };
  }
}

function setbackOf(error: unknown): AssetSetback | undefined {
  if (!isReelError(error) || ENDS_JOB.has(error.code)) return undefined;
  return { code: error.code, message: wordsOf(error) };
}

/** A link of ours has no signature that could have expired: what counts is the answer. */
function wordsOf(error: ReelError): string {
  const answer = /the server answered \d{3}/.exec(error.message)?.[0];
  const isRefusal = error.code === 'expired' || error.code === 'auth';
  return isRefusal && answer !== undefined ? answer : messageOf(error);
}

/** Ends a capture at its first setback: when to try again is on record, for whichever process comes first. */
class OneAttempt {
  setback: AssetSetback | undefined;
  readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = {
      now: () => clock.now(),
      random: () => clock.random(),
      // The other waits are for a lock.
      wait: (ms, signal) => {
        if (!this.setback) return clock.wait(ms, signal);
        if (ms > 1) this.setback.retryAfterMs = ms;
        return Promise.reject(new Error('one attempt'));
      },
    };
  }

  note(progress: CaptureProgress): void {
    // Without a wait the capture goes on at once, with a request of another kind.
    if (progress.stage !== 'retrying' || progress.waitMs === 0) return;
    this.setback = { code: progress.code ?? 'network', message: progress.reason };
  }
}
