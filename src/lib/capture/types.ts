import type { Clock } from '#lib/base/clock.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import type { AssetFormat, FormatName } from '#lib/capture/formats/asset-format.ts';
import type { MediaInfo } from '#lib/capture/formats/media-report.ts';
import type { ProgressListener } from './options/progress.ts';
import type { ResolveName } from './options/resolve-name.ts';

/** A URL that will expire. */
export interface RemoteAsset {
  url: string | URL;
  /** Sent to the origin of `url` only, never to where it redirects. */
  headers?: Record<string, string> | undefined;
  /** When the link expires, if the URL itself does not say. Until then the download is retried after every kind of error. */
  expiresAt?: Date | undefined;
  /**
   * The link does not change while the file exists, so that 401, 403 and 404 do not end it: a replica that does not have the
   * file, or a gateway with another key. It is tried until `expiresAt`.
   */
  isStable?: boolean | undefined;
  /**
   * Asks the provider for a fresh link to the same object. A plain URL keeps the headers if it has the same origin;
   * otherwise none are sent.
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
  /** Larger files are refused as `too-large`; default 4 GiB. */
  maxBytes?: number | undefined;
  /** Longest silence on an open connection before it is closed and retried; default 30 s. */
  stallTimeoutMs?: number | undefined;
  /** Default 15 s, TLS handshake included. */
  connectTimeoutMs?: number | undefined;
  /** Lets the capture reach loopback and private addresses: for tests, the sandbox and your own servers. */
  allowPrivateNetwork?: boolean | undefined;
  /**
   * The origin of a server that the user has named (`http://10.0.0.5:8000`): it may have a private address. Where it
   * redirects, the address is checked as always.
   */
  trustedOrigin?: string | undefined;
  /** The proxies to use; the capture itself does not read the environment. */
  proxy?: ProxySettings | undefined;
  /**
   * A host name of the provider. If this machine's resolver returns an address in 198.18.0.0/15 or fc00::/18 for it, as VPN
   * clients do for every name, other names may resolve there too.
   */
  providerHost?: string | undefined;
  /** Known facts about the file; one that does not match fails with `integrity`. `crc64` is CRC-64/XZ in decimal. */
  expected?: { sizeBytes?: number | undefined; crc64?: string | undefined; sha256?: string | undefined } | undefined;
  /** First wait between attempts that make no progress, doubled each time up to `retryMaxMs`; defaults 1 s and 60 s. */
  retryBaseMs?: number | undefined;
  retryMaxMs?: number | undefined;
  /**
   * Ends the capture with the code of its last setback (`network`, …) after this long without a byte of progress, but not
   * before one retry; waits between attempts count. Default 60 s if neither the URL nor `expiresAt` says when the link
   * expires; otherwise no limit until then.
   */
  patienceMs?: number | undefined;
  /** How long to wait for another process that writes the same file before `busy`; default 10 min. */
  busyTimeoutMs?: number | undefined;
  /**
   * Gives the part file a name of its own, `<final>.<partTag>.part`: for a caller that may go on although the holder of
   * the usual one is stopped and will not release it.
   */
  partTag?: string | undefined;
  /** The folder is not made: where it is missing, that is an error. For one on a drive that may be unplugged. */
  needsFolder?: boolean | undefined;
  /** Called with the size of each piece that has been received; the next one is read once it has resolved. */
  throttle?: ((bytes: number) => Promise<void>) | undefined;
  /**
   * At most this much is received before the first bytes have been checked against the format; default 192 KiB. For a
   * file that may turn out to be another, large one.
   */
  readAheadBytes?: number | undefined;
  /**
   * Called with the verified file, synced and closed; makes it the final one by calling `rename` once, while holding
   * the lock that protects the final path. If it rejects instead, nothing is published and the part stays.
   */
  publishWithin?: PublishStep | undefined;
  /** For tests. */
  clock?: Clock | undefined;
  /** For tests: resolves names instead of the system resolver. */
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
  trustedOrigin: string | undefined;
  proxy: ProxySettings | undefined;
  providerHost: string | undefined;
  expected: { sizeBytes: number | undefined; crc64: string | undefined; sha256: string | undefined };
  backoff: { baseMs: number; maxMs: number };
  patienceMs: number | undefined;
  busyTimeoutMs: number;
  throttle: ((bytes: number) => Promise<void>) | undefined;
  readAheadBytes: number | undefined;
  publishWithin: PublishStep | undefined;
  clock: Clock;
  resolve: ResolveName | undefined;
}

export type Proof = 'length' | 'crc64' | 'sha256' | FormatName;

export interface CaptureResult {
  /** As passed in. */
  localPath: string;
  sizeBytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  /** What the file was compared with; always its format; the rest if the server or the caller gave it. */
  verified: Proof[];
  /** The byte from which the last request resumed: 0 when the file came in one piece. */
  resumedFrom: number;
  /** Requests made by this call; 0 when an earlier run had left a complete part. */
  attempts: number;
  media: MediaInfo;
  /** Of what the file turned out to be. */
  mimeType: string;
  /** Oddities of a file that is complete nonetheless, one clause each; undefined if there are none. */
  notes?: string[];
}

export interface InspectedFile {
  sizeBytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  media: MediaInfo;
  /** Why the file is not whole; undefined when it is. */
  problem?: string;
  /** Oddities of a file that is complete nonetheless; undefined if there are none. */
  notes?: string[];
}

/** What a caller that is given the capture as a value gets: `capture.server.ts` has these functions. */
export interface CaptureFunctions {
  captureAsset(
    asset: RemoteAsset,
    finalPath: string,
    options: CaptureOptions & { format: AssetFormat },
  ): Promise<CaptureResult>;
  inspectAsset(path: string, format: AssetFormat): Promise<InspectedFile>;
  removeLeftovers(finalPath: string): Promise<void>;
}

export type { CaptureProgress } from './options/progress.ts';
export type { AssetFormat, MediaInfo };
