import type { Clock } from '#lib/base/clock.ts';
import type { HttpDispatcher } from '#lib/base/network/http-dispatcher.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import type { Region } from '#lib/wanx/models/regions.ts';
import type { VideoOptions, WanxRequest } from '#lib/wanx/request/options.ts';
import type { WanxTask, WanxTaskStatus } from './task.ts';

export interface WanxClientOptions {
  /** Default: `DASHSCOPE_API_KEY`. */
  apiKey?: string | undefined;
  /** With or without `/api/v1`. Default: `region`, else `DASHSCOPE_HTTP_BASE_URL`. Must be of the key's region. */
  baseUrl?: string | undefined;
  /** With `workspaceId`, the workspace's own host in that region; else the region's shared host. */
  region?: Region | undefined;
  /** Sent as `X-DashScope-WorkSpace`. */
  workspaceId?: string | undefined;
  /** For requests that name none. Default: `WANX_MODEL`. */
  model?: string | undefined;
  /** For requests that do not say: a model that the table does not know is used as the nearest known one. @default false */
  allowUnknownModel?: boolean | undefined;
  /** Fixed polling interval. Default: `WANX_POLL_INTERVAL_MS`, else 1 s growing to 15 s. */
  pollIntervalMs?: number | undefined;
  /** Of one HTTP exchange. @default 60_000 */
  requestTimeoutMs?: number | undefined;
  /** Through which proxies requests leave. Default: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`. */
  proxy?: ProxySettings | undefined;
  /** Takes the place of all of ours, proxies included. */
  dispatcher?: HttpDispatcher | undefined;
  clock?: Clock | undefined;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Of each HTTP exchange of the call. */
  timeoutMs?: number | undefined;
  /** When the task was submitted, for its `expiresAt`; the provider states that time without a zone. */
  submittedAt?: Date | undefined;
}

export interface SubmitOptions extends CallOptions {
  /** Local images go through the provider's temporary storage (48 h) even when small enough to be sent inline. */
  upload?: boolean | undefined;
  /** Called just before a request leaves, after uploads and waiting for a turn; if it rejects, nothing is bought. */
  beforeSend?: (() => Promise<void>) | undefined;
  /** Called before each wait of a request that will leave again: the provider asked for it, or no connection was made. */
  onWait?: ((wait: { attempt: number; waitMs: number; reason: string }) => void) | undefined;
}

export interface WaitOptions extends CallOptions {
  /** Ends the waiting, not the task: `timeout`, and the task can be waited for again. @default 24 hours, a task's life */
  timeoutMs?: number | undefined;
  pollIntervalMs?: number | undefined;
  /** Called for every answer, also for status words that are not known (`unrecognisedStatus`). */
  onUpdate?: ((task: WanxTask) => void) | undefined;
}

export interface ListFilter {
  /** Tasks made at or after this moment. Default: what the service lists, which are those of its last 24 hours. */
  startTime?: Date | undefined;
  /** Tasks made at or before this moment. Default: no limit. */
  endTime?: Date | undefined;
  model?: string | undefined;
  status?: WanxTaskStatus | undefined;
  /** Rows asked for at once; the service's maximum is not published. @default 10 */
  pageSize?: number | undefined;
}

export type TextToVideoOptions = VideoOptions & WaitOptions;
export type ImageToVideoOptions = VideoOptions &
  WaitOptions &
  Pick<WanxRequest, 'prompt' | 'lastFrame'> &
  Pick<SubmitOptions, 'upload'>;
