import type { Clock } from '#lib/base/clock.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import type { ResolveName } from '#lib/capture/options/resolve-name.ts';

/** One video to fetch with yt-dlp. */
export interface VideoRequest {
  /** Of the page or the file; http or https. */
  url: string;
  /**
   * An existing folder that belongs to this download alone. With the same folder a download that was cut continues; after a
   * file that failed its checks, the folder is empty again.
   */
  folder: string;
  /** yt-dlp's own format selection (`-f`); default: the best one that every browser plays. */
  format?: string | undefined;
  /** Pixels. Formats that are known to be higher are left out. */
  maxHeight?: number | undefined;
  /** Larger files are refused as `too-large`; default 4 GiB. */
  maxBytes?: number | undefined;
  /** For everything together; default 6 hours. */
  timeoutMs?: number | undefined;
}

export interface VideoProgress {
  /** Of all the files that make up the video; audio often comes by itself. */
  bytesReceived: number;
  bytesTotal?: number | undefined;
  bytesPerSecond?: number | undefined;
  etaSeconds?: number | undefined;
  stage: 'probing' | 'downloading' | 'processing' | 'verifying';
}

/** A whole video, in the folder of its request. Everything that is not said to be the source's was read from the file. */
export interface DownloadedVideo {
  path: string;
  sizeBytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  /** Without its dot. */
  extension: string;
  mimeType: string;
  container: string;
  durationSeconds?: number | undefined;
  /** Pixels, as displayed. */
  width?: number | undefined;
  height?: number | undefined;
  /** As in RFC 6381: `avc1.64001f`. */
  videoCodec?: string | undefined;
  audioCodec?: string | undefined;
  /** The usual label: `1080p`. */
  resolution?: string | undefined;
  /** H.264 with AAC, MP3 or without sound, in MP4: what every current browser plays. */
  playsEverywhere: boolean;
  /** The source's. */
  title?: string | undefined;
  /** The source's own id of the video. */
  sourceId?: string | undefined;
  /** The page, as the source names it. Without a signed query. */
  sourceUrl: string;
  /** Which of yt-dlp's extractors read the page: `Youtube`, `Generic`. */
  extractor?: string | undefined;
  /** ISO 8601, a date or a moment; the source's. */
  uploadedAt?: string | undefined;
  /** Oddities of a file that is whole nonetheless, one clause each. */
  notes: string[];
}

export interface DownloaderOptions {
  /** yt-dlp's program; default: `YT_DLP_PATH`, else `yt-dlp` on PATH. */
  ytDlpPath?: string | undefined;
  /** Accepts a yt-dlp older than 2026.07.04, with its known security faults. */
  allowOldYtDlp?: boolean | undefined;
  /** Lets yt-dlp reach loopback and private addresses, for tests and your own servers; default: `WANX_ALLOW_PRIVATE_NETWORK`. */
  allowPrivateNetwork?: boolean | undefined;
  /** The proxies that requests leave through; default: those of the environment. */
  proxy?: ProxySettings | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: VideoProgress) => void) | undefined;
  /** How long to wait, in all, for a stream that has ended to become a video; default 3 minutes. Then the file decides. */
  postLiveWaitMs?: number | undefined;
  /** Environment of yt-dlp: PATH, and where things are; default: that of this process, by an allow list. */
  environment?: Readonly<Record<string, string>> | undefined;
  /** For tests. */
  clock?: Clock | undefined;
  /** For tests: resolves names instead of the system resolver. */
  resolve?: ResolveName | undefined;
}

/**
 * Fetches a video and checks the file.
 * @throws ReelError, whose `retryable` says whether another call can succeed, and `retryAfterMs` when, where the site said so:
 *   `not-found`, `rejected` (login, region, DRM, live), `rate-limited` (the site, not only this video), `network`, `timeout`,
 *   `invalid-input`, `config` (no yt-dlp, an old one), `too-large`, `blocked-address`, `not-a-video`, `integrity`,
 *   `provider-failed` (yt-dlp cannot read the page), `disk-full`, `disk-denied`, `disk`, `aborted`
 */
export type DownloadVideo = (request: VideoRequest, options?: DownloaderOptions) => Promise<DownloadedVideo>;

/** A video of a channel or playlist, as its page lists it. */
export interface ListedVideo {
  url: string;
  videoId: string;
  title?: string | undefined;
}
