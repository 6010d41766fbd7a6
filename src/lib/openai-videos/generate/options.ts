import { z } from 'zod';
import { input } from '#lib/base/input/check-input.ts';
import type { CaptureOptions } from '#lib/capture/types.ts';
import type { DeadlineWarning, JobProgress } from '#lib/jobs/progress.ts';
import type { RunTuning } from '#lib/jobs/run/run-tuning.ts';
import type { OpenAIVideosClientOptions } from '#lib/openai-videos/api/options.ts';
import type { VideoPrices } from '#lib/openai-videos/prices.ts';
import { type GeneratedVideo, idsSchema } from './record.ts';

/** What making and finishing videos have in common. `RunTuning` and `resolve` are for tests. */
export interface VideoRunOptions
  extends RunTuning,
    Pick<OpenAIVideosClientOptions, 'baseUrl' | 'apiKey' | 'encoding' | 'requestTimeoutMs'> {
  signal?: AbortSignal | undefined;
  /** Ends the waiting of this call, not the job: `resumeOpenAIVideos` finishes it. Default: no limit. */
  timeoutMs?: number | undefined;
  /** Called when half, and when a tenth, of the time for the download is left and the film is not captured yet. */
  onDeadline?: ((warning: DeadlineWarning) => void) | undefined;
  /** While another process works on the same video: wait for its result (default) or fail with `busy`. */
  ifBusy?: 'wait' | 'fail' | undefined;
  /** Dollars that one day's, and one process's, videos may cost. Default: the setting WANX_BUDGET_USD. */
  budgetUsd?: number | undefined;
  /** Prices of your own, before the small table of known ones. A model without a price has an unknown one, not 0. */
  prices?: VideoPrices | undefined;
  /** Which pictures are fetched beside the film, where the server offers them. @default both */
  pictures?: readonly ('thumbnail' | 'spritesheet')[] | undefined;
  /**
   * How long the content can be downloaded after completion where the server does not say; 0: as long as it answers.
   * @default an hour
   */
  assetLifetimeMs?: number | undefined;
  /**
   * The server makes one video of all requests with the same `Idempotency-Key`: one is sent, and a creation whose answer is
   * lost is sent again with it. Wrongly set, it pays twice. @default false
   */
  idempotencyKey?: boolean | undefined;
  /**
   * The server's list shows every video at once, also those of its other replicas: a creation without an answer that is
   * not on it was not accepted, and is made again. Otherwise a person decides. @default false
   */
  listIsComplete?: boolean | undefined;
  /** Refuses a larger file; default 4 GiB. */
  maxBytes?: number | undefined;
  resolve?: CaptureOptions['resolve'];
}

export interface GenerateVideoOptions extends VideoRunOptions {
  /** Identifies the video: it is bought once. Default: made from the prompt and the rest of the request. */
  name?: string | undefined;
  /** The folder below `GENERATED_VIDEOS_DIR`. @default 'generated' */
  batchId?: string | undefined;
  /** Buys again even if there is a finished film, which is kept as a version; never while one is under way. */
  force?: boolean | undefined;
  onProgress?: ((progress: JobProgress) => void) | undefined;
}

export interface ResumeVideosOptions extends VideoRunOptions {
  /** Called with the video that each step belongs to. */
  onProgress?: ((batchId: string, name: string, progress: JobProgress) => void) | undefined;
  /** Only these videos; default all. */
  only?: ((record: GeneratedVideo) => boolean) | undefined;
  /** Also those whose back-off has not ended or whose tries are used up: a person asks, or has fixed the cause. */
  ignoreBackoff?: boolean | undefined;
}

const price = z.union([z.number().nonnegative(), z.record(z.string(), z.number().nonnegative())]);
const prices = z.record(
  z.string(),
  z.union(
    [z.object({ usdPerSecond: price }), z.object({ usdPerVideo: price })],
    'must be { usdPerSecond } or { usdPerVideo }',
  ),
  'must be prices by model',
);

const RUN = {
  signal: input.signal.optional(),
  timeoutMs: input.timeMs.optional(),
  onDeadline: input.listener.optional(),
  ifBusy: z.enum(['wait', 'fail'], 'must be wait or fail').optional(),
  budgetUsd: z.number('must be dollars').nonnegative('must be 0 or more').optional(),
  prices: prices.optional(),
  pictures: z.array(z.enum(['thumbnail', 'spritesheet']), 'must be a list of thumbnail and spritesheet').optional(),
  assetLifetimeMs: input.atLeastZeroMs.optional(),
  idempotencyKey: input.flag.optional(),
  listIsComplete: input.flag.optional(),
  maxBytes: input.bytes.optional(),
  onProgress: input.listener.optional(),
};
export const generateSchema = input.options({ ...RUN, ...idsSchema.shape, force: input.flag.optional() });
export const resumeSchema = input.options({
  ...RUN,
  only: input.listener.optional(),
  ignoreBackoff: input.flag.optional(),
});
