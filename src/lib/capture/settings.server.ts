import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { ResolveName } from './address-guard.server.ts';
import { parseCrc64 } from './crc64-text.ts';
import { checkHeaders } from './http-headers.ts';
import type { ProgressListener } from './progress.ts';

/** A URL that will expire. */
export interface RemoteAsset {
  url: string | URL;
  /** Sent to the origin of `url` only, never to where it redirects. */
  headers?: Record<string, string> | undefined;
  /** When the link dies, if the URL does not say so itself. */
  expiresAt?: Date | undefined;
  /** Asks the provider for a fresh link to the same object. */
  refresh?: (() => Promise<string | URL>) | undefined;
}

export type PublishStep = (file: { sizeBytes: number; sha256: string }, rename: () => void) => Promise<void>;

export interface CaptureOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ProgressListener | undefined;
  /** Larger files are refused as `too-large`; default 4 GiB. */
  maxBytes?: number | undefined;
  /** Longest silence on an open connection before it is given up and retried; default 30 s. */
  stallTimeoutMs?: number | undefined;
  /** Default 15 s, TLS handshake included. */
  connectTimeoutMs?: number | undefined;
  /** Lets the capture reach loopback and private addresses: for tests, the sandbox and servers of one's own. */
  allowPrivateNetwork?: boolean | undefined;
  /** Facts known from elsewhere; a file that does not match is `integrity`. `crc64` is CRC-64/XZ in decimal. */
  expected?: { sizeBytes?: number | undefined; crc64?: string | undefined; sha256?: string | undefined } | undefined;
  /** First wait between attempts that make no progress, doubled each time up to `retryMaxMs`; defaults 1 s and 60 s. */
  retryBaseMs?: number | undefined;
  retryMaxMs?: number | undefined;
  /** How long to wait for another process that writes the same file before `busy`; default 10 min. */
  busyTimeoutMs?: number | undefined;
  /**
   * Gives the part file a name of its own, `<final>.<partTag>.part`: for a caller that may go on although the holder of
   * the usual one is stopped and will not let go of it.
   */
  partTag?: string | undefined;
  /**
   * Called with the verified file, synced and closed; makes it the final one by calling `rename`, once, inside whatever
   * lock keeps others from the final path. If it rejects instead, nothing is published and the part stays.
   */
  publishWithin?: PublishStep | undefined;
  /** For tests. */
  clock?: Clock | undefined;
  /** For tests: answers names in place of the system's resolver. */
  resolve?: ResolveName | undefined;
}

/** The options with every default filled in and every value checked. */
export interface CaptureSettings {
  signal: AbortSignal | undefined;
  report: ProgressListener;
  credentials: Array<[string, string]>;
  maxBytes: number;
  stallTimeoutMs: number;
  connectTimeoutMs: number;
  allowPrivateNetwork: boolean;
  expected: { sizeBytes: number | undefined; crc64: string | undefined; sha256: string | undefined };
  backoff: { baseMs: number; maxMs: number };
  busyTimeoutMs: number;
  publishWithin: PublishStep | undefined;
  clock: Clock;
  resolve: ResolveName | undefined;
}

/** @throws ReelError `invalid-input`, naming the option, its value and what is possible */
export function captureSettings(asset: RemoteAsset, options: CaptureOptions): CaptureSettings {
  return {
    signal: options.signal,
    report: (progress) => callSafely(options.onProgress, progress),
    credentials: checkHeaders(asset.headers),
    maxBytes: positive('maxBytes', options.maxBytes ?? 4 * 1024 ** 3),
    stallTimeoutMs: positive('stallTimeoutMs', options.stallTimeoutMs ?? 30_000),
    connectTimeoutMs: positive('connectTimeoutMs', options.connectTimeoutMs ?? 15_000),
    allowPrivateNetwork: options.allowPrivateNetwork ?? false,
    expected: checkExpected(options.expected ?? {}),
    backoff: {
      baseMs: positive('retryBaseMs', options.retryBaseMs ?? 1000),
      maxMs: positive('retryMaxMs', options.retryMaxMs ?? 60_000),
    },
    busyTimeoutMs: options.busyTimeoutMs ?? 10 * 60_000,
    publishWithin: options.publishWithin,
    clock: options.clock ?? systemClock,
    resolve: options.resolve,
  };
}

function checkExpected(expected: NonNullable<CaptureOptions['expected']>): CaptureSettings['expected'] {
  const { sizeBytes } = expected;
  if (sizeBytes !== undefined && !(Number.isSafeInteger(sizeBytes) && sizeBytes > 0)) {
    throw invalid(`expected.sizeBytes must be a whole number above 0, not ${sizeBytes}.`);
  }
  const crc64 = parseCrc64(expected.crc64);
  if (expected.crc64 !== undefined && crc64 === undefined) {
    throw invalid(`expected.crc64 must be an unsigned 64-bit number in decimal, not "${expected.crc64}".`);
  }
  const sha256 = expected.sha256?.toLowerCase();
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw invalid(`expected.sha256 must be 64 hexadecimal digits, not "${expected.sha256}".`);
  }
  return { sizeBytes, crc64, sha256 };
}

function positive(name: string, value: number): number {
  if (value > 0) return value;
  throw invalid(`${name} must be a number above 0, not ${value}.`);
}

function invalid(message: string): ReelError {
  return new ReelError('invalid-input', message, { stage: 'downloading' });
}
