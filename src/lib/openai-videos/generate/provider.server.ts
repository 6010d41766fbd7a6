import { type Clock, systemClock } from '#lib/base/clock.ts';
import { isReelError, ReelError, withContext } from '#lib/base/errors.ts';
import { jpeg } from '#lib/capture/formats/jpeg.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { webp } from '#lib/capture/formats/webp.server.ts';
import type {
  AssetLink,
  JobProvider,
  LostAnswer,
  SubmissionQuery,
  SubmitOptions,
  Submitted,
  TaskRef,
  TaskState,
} from '#lib/jobs/provider.ts';
import { serviceError } from '#lib/openai-videos/answers/errors.ts';
import type { OpenAIVideo } from '#lib/openai-videos/answers/video.ts';
import { endpointName } from '#lib/openai-videos/api/endpoint.ts';
import type {
  ContentLink,
  CreateOptions,
  OpenAIVideoRequest,
  OpenAIVideoVariant,
} from '#lib/openai-videos/api/options.ts';
import type { VideoPrices } from '#lib/openai-videos/prices.ts';
import { findVideos, type VideoLookup } from './lost-video.ts';
import { chargedFor, type StoredRequest } from './order.ts';
import { PictureMemory } from './picture-memory.ts';

/** What making a video needs of the client. */
export interface VideoMaker extends VideoLookup {
  readonly baseUrl: string;
  readonly origin: string;
  readonly account: string;
  readonly clockAheadMs: number | undefined;
  create(request: OpenAIVideoRequest, options: CreateOptions): Promise<OpenAIVideo>;
  contentLink(id: string, variant: OpenAIVideoVariant): ContentLink;
}

export interface OpenAIVideosProviderOptions {
  /** Of the request, for the charge of what it makes. */
  request: StoredRequest;
  prices?: VideoPrices | undefined;
  /** Which pictures are wanted beside the film. */
  pictures?: readonly Exclude<OpenAIVideoVariant, 'video'>[] | undefined;
  /** From completion on, where the server does not say; 0: it keeps its films by a rule of its own. @default an hour */
  assetLifetimeMs?: number | undefined;
  /** Until when the content can be had, as an earlier look has shown. */
  knownExpiry?: Date | undefined;
  /** The server makes one video of all requests with the same `Idempotency-Key`. @default false */
  idempotencyKey?: boolean | undefined;
  /** The list shows every video of the account at once: an empty one proves that nothing was made. @default false */
  listIsComplete?: boolean | undefined;
  clock?: Clock | undefined;
}

const HOUR_MS = 3_600_000;
/** Records keep no later time. */
const END_OF_CALENDAR_MS = Date.UTC(9999, 11, 31);
/** How long a job that the server does not show, or with no key, is asked for in one run before it is left to the next. */
const HIDDEN_PATIENCE_MS = 10 * 60_000;
const FORMATS = { video: mp4, thumbnail: webp, spritesheet: jpeg } as const;

const PHASES = {
  queued: 'queued',
  in_progress: 'generating',
  completed: 'succeeded',
  failed: 'failed',
  cancelled: 'canceled',
  expired: 'failed',
  deleted: 'failed',
} as const satisfies Record<OpenAIVideo['status'], TaskState['phase']>;

/**
 * A server of OpenAI's videos as the job engine sees it: one instance for one job. It has no `cancel`: the API offers none.
 * DELETE is for finished videos; only vLLM-Omni stops a job by it, and others answer that it is deleted and go on, so that a
 * cancelled job would count as free although it is charged.
 */
export class OpenAIVideosProvider implements JobProvider<StoredRequest> {
  readonly endpoint: string;
  readonly account: string;
  readonly formats = [mp4, webp, jpeg];
  readonly lostAnswer: LostAnswer<StoredRequest>;
  readonly #client: VideoMaker;
  readonly #options: OpenAIVideosProviderOptions;
  readonly #clock: Clock;
  readonly #memory: PictureMemory;
  #seenCompletedMs: number | undefined;
  /** Since when every look at a job has been refused. */
  readonly #hiddenSinceMs = new Map<string, number>();

  constructor(client: VideoMaker, options: OpenAIVideosProviderOptions) {
    this.#client = client;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.endpoint = endpointName(client.baseUrl);
    this.#memory = new PictureMemory(this.endpoint);
    this.account = client.account;
    this.lostAnswer = options.idempotencyKey
      ? { kind: 'resend' }
      : {
          kind: 'list',
          // Replicas may list their own jobs only.
          emptyMeans: options.listIsComplete ? 'not-accepted' : 'unknown',
          find: (query: SubmissionQuery<StoredRequest>) => findVideos(client, query),
        };
  }

  clockAheadMs(): number | undefined {
    return this.#client.clockAheadMs;
  }

  async submit(request: StoredRequest, { submissionId, signal, beforeSend }: SubmitOptions): Promise<Submitted> {
    const idempotencyKey = this.#options.idempotencyKey ? submissionId : undefined;
    const { id, expiresAt } = await this.#client.create(request, { signal, beforeSend, idempotencyKey });
    return { taskId: id, expiresAt };
  }

  async read({ taskId }: TaskRef, signal: AbortSignal): Promise<TaskState> {
    try {
      const video = await this.#client.retrieve(taskId, { signal });
      this.#hiddenSinceMs.delete(taskId);
      return this.#stateOf(video);
    } catch (error) {
      throw this.#isHidden(taskId, error) ? asPassing(error) : error;
    }
  }

  /** A replica without the job, or a gateway with another key, refuses a job that is there: for a while that is waited out. */
  #isHidden(taskId: string, error: unknown): error is ReelError {
    if (!isReelError(error) || (error.code !== 'not-found' && error.code !== 'auth')) return false;
    const sinceMs = this.#hiddenSinceMs.get(taskId) ?? this.#clock.now();
    this.#hiddenSinceMs.set(taskId, sinceMs);
    return this.#clock.now() - sinceMs < HIDDEN_PATIENCE_MS;
  }

  #stateOf(video: OpenAIVideo): TaskState {
    const { id: taskId, status, progress } = video;
    const { request, prices } = this.#options;
    return {
      ...{ taskId, phase: PHASES[status], progress, failure: failureOf(video) },
      assets: status === 'completed' ? this.#links(video) : [],
      ...(status === 'completed' && { charged: chargedFor(video, request, prices) }),
    };
  }

  #links({ id, expiresAt, completedAt }: OpenAIVideo): AssetLink[] {
    const { pictures = ['thumbnail', 'spritesheet'], assetLifetimeMs = HOUR_MS, knownExpiry } = this.#options;
    this.#seenCompletedMs ??= this.#clock.now();
    const endMs = (completedAt?.getTime() ?? this.#seenCompletedMs) + assetLifetimeMs;
    // Without a time of the server's, each look would move the end.
    const ownEnd = completedAt ? new Date(endMs) : (knownExpiry ?? new Date(endMs));
    const isEndless = assetLifetimeMs === 0 || endMs > END_OF_CALENDAR_MS;
    const until = expiresAt ?? (isEndless ? undefined : ownEnd);
    const linkTo = (name: OpenAIVideoVariant) => ({
      ...{ name, ...this.#client.contentLink(id, name), expiresAt: until, format: FORMATS[name] },
    });
    const linkToPicture = (name: (typeof pictures)[number]) => ({
      ...{ ...linkTo(name), isOptional: true },
      format: this.#memory.watch(name, FORMATS[name], mp4),
    });
    const offered = pictures.filter((name) => this.#memory.isOffered(name));
    return [{ ...linkTo('video'), isStable: true }, ...offered.map(linkToPicture)];
  }
}

function asPassing(error: ReelError): ReelError {
  const { code, message, ...facts } = error;
  return new ReelError(code, message, { ...facts, retryable: true, cause: error });
}

/** Why there will be no film. */
function failureOf({ id, status, error }: OpenAIVideo): ReelError | undefined {
  if (status === 'failed')
    return serviceError({ action: 'job', videoId: id, code: error?.code, message: error?.message });
  if (status !== 'expired' && status !== 'deleted' && status !== 'cancelled') return undefined;
  const code = status === 'cancelled' ? 'aborted' : 'expired';
  const advice = 'Generate it again if you still want it.';
  const gone = new ReelError(code, `The server says that video ${id} is ${status}. ${advice}`, { billable: 'maybe' });
  return withContext(gone, { taskId: id, stage: 'generating' });
}
