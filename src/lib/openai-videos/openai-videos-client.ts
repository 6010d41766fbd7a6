import '#lib/base/server-only.server.ts';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import { readSettings } from '#lib/config.ts';
import { deletionOf } from './answers/deletion.ts';
import { type OpenAIVideo, videoOf } from './answers/video.ts';
import { VideosApi } from './api/calls.server.ts';
import { createOnce } from './api/create.server.ts';
import { endpointOf } from './api/endpoint.ts';
import * as accepts from './api/input-schemas.ts';
import { listedVideos } from './api/list.server.ts';
import type {
  CallOptions,
  ContentLink,
  CreateOptions,
  ListOptions,
  OpenAIVideoRequest,
  OpenAIVideosClientOptions,
  OpenAIVideoVariant,
  RequestEncoding,
} from './api/options.ts';
import { referenceOf } from './api/reference.server.ts';
import { wireFields } from './api/request-body.server.ts';
import { videoPath } from './api/video-path.ts';

/**
 * Videos by OpenAI's API, at any server that speaks it: OpenAI has switched its own off. Every method rejects with
 * ReelError only. Nothing that costs money is ever repeated.
 */
export class OpenAIVideosClient {
  /** Base URL of requests, without a slash at its end. */
  readonly baseUrl: string;
  /** Of the base URL: where the key may go, and what may be a private address. */
  readonly origin: string;
  /** For requests that name none; undefined: the server's own. */
  readonly model: string | undefined;
  /** Distinguishes accounts without showing the key. */
  readonly account: string;
  readonly #api: VideosApi;
  readonly #encoding: RequestEncoding;
  readonly #network: { proxy: ProxySettings; allowPrivateNetwork: boolean; clock: Clock };

  /** @throws ReelError `config` when there is no server, or it is OpenAI's, which is retired */
  constructor(options: OpenAIVideosClientOptions = {}) {
    checkInput(accepts.clientSchema, 'options', options, 'configuring');
    const settings = readSettings();
    const { clock = systemClock, proxy = settings.proxy, apiKey = settings.openaiVideosApiKey } = options;
    const allowPrivateNetwork = options.allowPrivateNetwork ?? settings.allowPrivateNetwork;
    this.model = options.model ?? settings.openaiVideosModel;
    this.baseUrl = endpointOf(options.baseUrl ?? settings.openaiVideosBaseUrl, {
      sendsKey: apiKey !== undefined,
      allowPlainHttp: settings.allowPrivateNetwork,
    });
    this.origin = new URL(this.baseUrl).origin;
    const { requestTimeoutMs = 60_000 } = options;
    this.#api = new VideosApi({ endpoint: this.baseUrl, apiKey, requestTimeoutMs, proxy, clock });
    this.account = this.#api.account;
    this.#encoding = options.encoding ?? 'auto';
    this.#network = { proxy, allowPrivateNetwork, clock };
  }

  /** How far our clock was ahead of the server's at its last answer, in ms; undefined while unknown. */
  get clockAheadMs(): number | undefined {
    return this.#api.clockAheadMs;
  }

  /**
   * Buys one video. Never repeated once it may have arrived.
   * @returns its job, which has only begun: `retrieve` it until it is completed
   * @throws ReelError `unknown-outcome` when a job may exist; `billable` 'no' on every refusal
   */
  async create(request: OpenAIVideoRequest, options: CreateOptions = {}): Promise<OpenAIVideo> {
    checkInput(accepts.requestSchema, 'request', request, 'submitting');
    checkInput(accepts.createSchema, 'options', options, 'submitting');
    const reference = await referenceOf(request.inputReference);
    const fields = wireFields(request, this.model);
    return createOnce(this.#api, { ...options, path: '/videos', fields, reference, encoding: this.#encoding });
  }

  /** Buys a video that changes a finished one by another prompt. Never repeated once it may have arrived. */
  async remix(id: string, request: { prompt: string }, options: CreateOptions = {}): Promise<OpenAIVideo> {
    checkInput(accepts.requestSchema, 'request', request, 'submitting');
    checkInput(accepts.createSchema, 'options', options, 'submitting');
    const { prompt } = request;
    return createOnce(this.#api, { ...options, path: `${videoPath(id)}/remix`, fields: { prompt }, encoding: 'json' });
  }

  /** Looks at the job once. One that failed or expired is an answer here, not an error. */
  async retrieve(id: string, options: CallOptions = {}): Promise<OpenAIVideo> {
    checkInput(accepts.callSchema, 'options', options);
    const { signal, timeoutMs } = options;
    const call = { method: 'GET', path: videoPath(id), signal, timeoutMs } as const;
    return this.#api.readOnce('retrieve', call, (body) => videoOf(body, id), id);
  }

  /**
   * The account's videos, all pages, the newest first.
   * @throws ReelError `not-found` where the server has no list
   */
  async *list(options: ListOptions = {}): AsyncGenerator<OpenAIVideo> {
    checkInput(accepts.listSchema, 'options', options);
    yield* listedVideos(this.#api, options);
  }

  /** Removes a finished video and its content from the server. vLLM-Omni also stops a job that is under way. */
  async delete(id: string, options: CallOptions = {}): Promise<{ id: string; deleted: boolean }> {
    checkInput(accepts.callSchema, 'options', options);
    const { signal, timeoutMs } = options;
    const call = { method: 'DELETE', path: videoPath(id), signal, timeoutMs } as const;
    return this.#api.readOnce('delete', call, (body) => deletionOf(body, id), id);
  }

  /**
   * The film of a completed video, or a picture of it, as the server sends it: the body is a stream, and nothing is kept or
   * checked but its first bytes. Use `captureAsset` with `contentLink` for a file.
   * @throws ReelError `not-a-video` when the server answers something else, such as the film in place of a picture
   */
  async downloadContent(
    id: string,
    variant: OpenAIVideoVariant = 'video',
    options: CallOptions = {},
  ): Promise<Response> {
    checkInput(accepts.callSchema, 'options', options);
    const { signal, timeoutMs } = options;
    // Loads the capture, which whoever only asks for jobs does not need.
    const { openContent } = await import('./api/content.server.ts');
    return openContent(
      this.#api,
      { id, variant, link: this.contentLink(id, variant) },
      {
        ...this.#network,
        ...{ signal, stallTimeoutMs: timeoutMs, trustedOrigin: this.origin },
      },
    );
  }

  /** Where the content of a video can be fetched, with the key that it takes. Asks the server nothing. */
  contentLink(id: string, variant: OpenAIVideoVariant = 'video'): ContentLink {
    checkInput(accepts.variantSchema, 'variant', variant);
    // The film is what the server sends unasked, and some know no other.
    const query = variant === 'video' ? '' : `?variant=${variant}`;
    return { url: `${this.baseUrl}${videoPath(id)}/content${query}`, headers: this.#api.authorization() };
  }
}
