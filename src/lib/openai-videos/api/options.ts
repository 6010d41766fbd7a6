import type { Clock } from '#lib/base/clock.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';

/** How a creation is written. `auto` finds out which of the two the server takes. */
export type RequestEncoding = 'auto' | 'multipart' | 'json';

export interface OpenAIVideosClientOptions {
  /** With or without `/v1`. Default: `OPENAI_VIDEOS_BASE_URL`. */
  baseUrl?: string | undefined;
  /** Default: `OPENAI_VIDEOS_API_KEY`. A server of your own may need none. */
  apiKey?: string | undefined;
  /** For requests that name none. Default: `OPENAI_VIDEOS_MODEL`, else the server's own. */
  model?: string | undefined;
  /** @default 'auto' */
  encoding?: RequestEncoding | undefined;
  /** Of one HTTP exchange. @default 60_000 */
  requestTimeoutMs?: number | undefined;
  /** Through which proxies requests leave. Default: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`. */
  proxy?: ProxySettings | undefined;
  /** Lets a redirect lead to a private address; the server itself may always have one. */
  allowPrivateNetwork?: boolean | undefined;
  clock?: Clock | undefined;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Of each HTTP exchange of the call. */
  timeoutMs?: number | undefined;
}

export interface CreateOptions extends CallOptions {
  /**
   * Sent as `Idempotency-Key`, for services that make one video of all requests with the same key. OpenAI's API documents
   * none.
   */
  idempotencyKey?: string | undefined;
  /** Called just before each request leaves; if it rejects, nothing is sent. */
  beforeSend?: (() => Promise<void>) | undefined;
}

export interface ListOptions extends CallOptions {
  /** @default 'desc' */
  order?: 'asc' | 'desc' | undefined;
  /** Lists what comes after this video. */
  after?: string | undefined;
  /** Videos asked for at once. @default 100 */
  pageSize?: number | undefined;
}

export type OpenAIVideoVariant = 'video' | 'thumbnail' | 'spritesheet';

/** Where the content of a video is, with what it takes to fetch it from there. */
export interface ContentLink {
  url: string;
  /** The key: for the origin of `url` only. */
  headers: Record<string, string>;
}

/** One video to be made. Fields of a server's own (`num_frames`, `seed`) are sent as they are. */
export interface OpenAIVideoRequest {
  prompt: string;
  model?: string | undefined;
  /** Length in seconds; the models have fixed lengths. */
  seconds?: number | string | undefined;
  /** As `1280x720`. */
  size?: string | undefined;
  /**
   * A picture to start from: a local path, an http(s) or data URL, the bytes, or a file that the server has. JPEG, PNG or
   * WebP.
   */
  inputReference?: string | URL | Blob | Uint8Array | { fileId: string } | undefined;
  [field: string]: unknown;
}

/** The picture that a film starts from, ready to be sent. */
export type Reference =
  | { kind: 'file'; bytes: Uint8Array<ArrayBuffer>; name: string; mimeType: string }
  /** A link or a data URL, which the server reads. */
  | { kind: 'url'; url: string }
  | { kind: 'file-id'; fileId: string };
