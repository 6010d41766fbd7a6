import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, systemClock, timerMs } from '#lib/base/clock.ts';
import { checkFields, type FieldsOfObject, rules, textLike } from '#lib/base/input/check-fields.ts';
import { readSafely } from '#lib/base/input/wrong-input.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import { parseCrc64 } from '#lib/capture/check/crc64-text.ts';
import type { ResolveName } from '#lib/capture/http/address-guard.server.ts';
import { checkHeaders } from './headers.ts';
import type { ProgressListener } from './progress.ts';

/** A URL that will expire. */
export interface RemoteAsset {
  url: string | URL;
  /** Sent to the origin of `url` only, never to where it redirects. */
  headers?: Record<string, string> | undefined;
  /** When the link dies, if the URL does not say so itself. Until then the result is asked for, whatever the server answers. */
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

/** The options with every default filled in and every value checked. */
export interface CaptureSettings {
  signal: AbortSignal | undefined;
  report: ProgressListener;
  credentials: Array<[string, string]>;
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

const OPTIONS = { label: 'options', text: 'must be an object of options' };
const ASSET: FieldsOfObject = {
  ...OPTIONS,
  required: { url: rules.url },
  optional: { expiresAt: rules.date, refresh: rules.listener },
};
const CAPTURE_OPTIONS: FieldsOfObject = {
  ...OPTIONS,
  optional: {
    signal: rules.signal,
    onProgress: rules.listener,
    maxBytes: rules.bytes,
    stallTimeoutMs: rules.timeMs,
    connectTimeoutMs: rules.timeMs,
    // Not by truthiness: the text "false" would open the private network.
    allowPrivateNetwork: rules.flag,
    providerHost: rules.text,
    retryBaseMs: rules.timeMs,
    retryMaxMs: rules.timeMs,
    patienceMs: rules.timeMs,
    busyTimeoutMs: rules.atLeastZeroMs,
    partTag: textLike(/^\w{1,20}$/, 'must be 1 to 20 letters, digits and underscores'),
    publishWithin: rules.listener,
    resolve: rules.listener,
  },
};
const PROXY: FieldsOfObject = {
  label: 'proxy',
  text: 'must be an object with https, http, all or noProxy',
  optional: { https: rules.text, http: rules.text, all: rules.text, noProxy: rules.text },
};
const EXPECTED: FieldsOfObject = {
  label: 'expected',
  text: 'must be an object with sizeBytes, crc64 or sha256',
  optional: {
    sizeBytes: {
      holds: (value) => Number.isSafeInteger(value) && rules.bytes.holds(value),
      text: 'must be a whole number of bytes above 0',
    },
    crc64: {
      holds: (value) => typeof value === 'string' && parseCrc64(value) !== undefined,
      text: 'must be an unsigned 64-bit number in decimal, as text',
    },
    sha256: textLike(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits'),
  },
};

function headersOf(headers: object): FieldsOfObject {
  const names = readSafely(() => Object.keys(headers)) ?? [];
  const optional = Object.fromEntries(names.map((name) => [name, rules.text]));
  return { label: 'headers', text: 'must be an object of header names and values', optional };
}

/** @throws ReelError `invalid-input`, naming the option, its value and what is possible */
export function captureSettings(asset: RemoteAsset, options: CaptureOptions): CaptureSettings {
  checkFields(ASSET, asset, 'downloading');
  if (asset.headers !== undefined) checkFields(headersOf(asset.headers), asset.headers, 'downloading');
  return { ...optionSettings(options), credentials: checkHeaders(asset.headers) };
}

/**
 * The settings that do not depend on the link, for a check before there is one.
 * @throws ReelError `invalid-input`, naming the option, its value and what is possible
 */
export function optionSettings(options: CaptureOptions): Omit<CaptureSettings, 'credentials'> {
  checkFields(CAPTURE_OPTIONS, options, 'downloading');
  if (options.expected !== undefined) checkFields(EXPECTED, options.expected, 'downloading');
  if (options.proxy !== undefined) checkFields(PROXY, options.proxy, 'downloading');
  const { sizeBytes, crc64, sha256 } = options.expected ?? {};
  const { patienceMs = Number.POSITIVE_INFINITY } = options;
  return {
    signal: options.signal,
    report: (progress) => callSafely(options.onProgress, progress),
    maxBytes: options.maxBytes ?? 4 * 1024 ** 3,
    // One silence must not outlast all the patience.
    stallTimeoutMs: timerMs(Math.min(options.stallTimeoutMs ?? 30_000, patienceMs)),
    connectTimeoutMs: timerMs(Math.min(options.connectTimeoutMs ?? 15_000, patienceMs)),
    allowPrivateNetwork: options.allowPrivateNetwork ?? false,
    proxy: options.proxy,
    providerHost: options.providerHost,
    expected: { sizeBytes, crc64: parseCrc64(crc64), sha256: sha256?.toLowerCase() },
    backoff: { baseMs: timerMs(options.retryBaseMs ?? 1000), maxMs: timerMs(options.retryMaxMs ?? 60_000) },
    patienceMs: options.patienceMs,
    busyTimeoutMs: options.busyTimeoutMs ?? 10 * 60_000,
    publishWithin: options.publishWithin,
    clock: options.clock ?? systemClock,
    resolve: options.resolve,
  };
}
