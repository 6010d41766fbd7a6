import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, systemClock, timerMs } from '#lib/base/clock.ts';
import { wrongInput } from '#lib/base/input/wrong-input.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import { parseCrc64 } from '#lib/capture/check/crc64-text.ts';
import type { AssetFormat } from '#lib/capture/formats/asset-format.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import type { ResolveName } from '#lib/capture/http/address-guard.server.ts';
import type { ProgressListener } from './progress.ts';

/** A URL that will expire. */
export interface RemoteAsset {
  url: string | URL;
  /** Sent to the origin of `url` only, never to where it redirects. */
  headers?: Record<string, string> | undefined;
  /** When the link dies, if the URL does not say so itself. Until then the result is asked for, whatever the server answers. */
  expiresAt?: Date | undefined;
  /**
   * Asks the provider for a fresh link to the same object. A plain URL keeps the headers where it has the same origin, and
   * no others.
   */
  refresh?: (() => Promise<string | URL | FreshLink>) | undefined;
}

/** A link with what the provider said of it. */
export interface FreshLink {
  url: string | URL;
  /** Sent to the origin of `url` only, in place of those of the link before it. */
  headers?: Record<string, string> | undefined;
  expiresAt?: Date | undefined;
}

export type PublishStep = (file: { sizeBytes: number; sha256: string }, rename: () => void) => Promise<void>;

export interface CaptureOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ProgressListener | undefined;
  /** What the file must be; default MP4. */
  format?: AssetFormat | undefined;
  /** Larger files are refused as `too-large`; default 4 GiB. */
  maxBytes?: number | undefined;
  /** Longest silence on an open connection before it is given up and retried; default 30 s. */
  stallTimeoutMs?: number | undefined;
  /** Default 15 s, TLS handshake included. */
  connectTimeoutMs?: number | undefined;
  /** Lets the capture reach loopback and private addresses: for tests, the sandbox and servers of one's own. */
  allowPrivateNetwork?: boolean | undefined;
  /** Through which proxies the capture goes; it reads no environment itself. */
  proxy?: ProxySettings | undefined;
  /**
   * A host name of the provider's. Where this machine's resolver answers it from 198.18.0.0/15 or fc00::/18, as those of
   * VPN clients do with every name, other names may resolve there too.
   */
  providerHost?: string | undefined;
  /** Facts known from elsewhere; a file that does not match is `integrity`. `crc64` is CRC-64/XZ in decimal. */
  expected?: { sizeBytes?: number | undefined; crc64?: string | undefined; sha256?: string | undefined } | undefined;
  /** First wait between attempts that make no progress, doubled each time up to `retryMaxMs`; defaults 1 s and 60 s. */
  retryBaseMs?: number | undefined;
  retryMaxMs?: number | undefined;
  /**
   * Ends the capture with the code of its last setback (`network`, …) after so long without a byte of progress, at the
   * earliest after one repeat; waits between attempts count. Default 60 s where neither the URL nor `expiresAt` says when
   * the link dies; else none until then.
   */
  patienceMs?: number | undefined;
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

/** The options with every default filled in. */
export interface CaptureSettings {
  signal: AbortSignal | undefined;
  report: ProgressListener;
  format: AssetFormat;
  maxBytes: number;
  stallTimeoutMs: number;
  connectTimeoutMs: number;
  allowPrivateNetwork: boolean;
  proxy: ProxySettings | undefined;
  providerHost: string | undefined;
  expected: { sizeBytes: number | undefined; crc64: string | undefined; sha256: string | undefined };
  backoff: { baseMs: number; maxMs: number };
  patienceMs: number | undefined;
  busyTimeoutMs: number;
  publishWithin: PublishStep | undefined;
  clock: Clock;
  resolve: ResolveName | undefined;
}

/**
 * Fills in the defaults. The types of values are checked where they come in, at the public functions.
 * @throws ReelError `invalid-input` for a checksum that is none
 */
export function captureSettings(options: CaptureOptions): CaptureSettings {
  const { sizeBytes, crc64, sha256 } = options.expected ?? {};
  const { patienceMs = Number.POSITIVE_INFINITY } = options;
  return {
    signal: options.signal,
    report: (progress) => callSafely(options.onProgress, progress),
    format: options.format ?? mp4,
    maxBytes: options.maxBytes ?? 4 * 1024 ** 3,
    // One silence must not outlast all the patience.
    stallTimeoutMs: timerMs(Math.min(options.stallTimeoutMs ?? 30_000, patienceMs)),
    connectTimeoutMs: timerMs(Math.min(options.connectTimeoutMs ?? 15_000, patienceMs)),
    allowPrivateNetwork: options.allowPrivateNetwork ?? false,
    proxy: options.proxy,
    providerHost: options.providerHost,
    expected: { sizeBytes, crc64: checksumOf(crc64), sha256: sha256?.toLowerCase() },
    backoff: { baseMs: timerMs(options.retryBaseMs ?? 1000), maxMs: timerMs(options.retryMaxMs ?? 60_000) },
    patienceMs: options.patienceMs,
    busyTimeoutMs: options.busyTimeoutMs ?? 10 * 60_000,
    publishWithin: options.publishWithin,
    clock: options.clock ?? systemClock,
    resolve: options.resolve,
  };
}

/** One that cannot be read must not pass for none: nothing would be checked. */
function checksumOf(crc64: string | undefined): string | undefined {
  const parsed = parseCrc64(crc64);
  if (parsed !== undefined || crc64 === undefined) return parsed;
  throw wrongInput('expected.crc64', 'must be an unsigned 64-bit number in decimal, as text', crc64, 'downloading');
}
