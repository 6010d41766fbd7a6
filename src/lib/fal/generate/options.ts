import { z } from 'zod';
import { input } from '#lib/base/input/check-input.ts';
import type { CaptureOptions } from '#lib/capture/types.ts';
import type { FalPrices } from '#lib/fal/prices.ts';
import type { DeadlineWarning, JobProgress } from '#lib/jobs/progress.ts';
import type { RunTuning } from '#lib/jobs/run/run-tuning.ts';
import type { FalJob } from './record.ts';

export interface FalConnectionOptions {
  /** Default: `FAL_KEY`. */
  apiKey?: string | undefined;
  /** Default: `FAL_QUEUE_BASE_URL`, else fal's own. */
  queueBaseUrl?: string | undefined;
  /** For the history of requests and for prices. Default: `FAL_API_BASE_URL`, else fal's own with fal's own queue. */
  apiBaseUrl?: string | undefined;
  /** Of one HTTP exchange. @default 60_000 */
  requestTimeoutMs?: number | undefined;
}

/** What making and finishing films have in common. `RunTuning` and `resolve` are for tests. */
export interface FalRunOptions extends RunTuning, FalConnectionOptions {
  signal?: AbortSignal | undefined;
  /** Ends the waiting of this call, not the request: `resumeFal` finishes it. Default: no limit. */
  timeoutMs?: number | undefined;
  /** Called when half, and when a tenth, of the time for the download is left and the film is not captured yet. */
  onDeadline?: ((warning: DeadlineWarning) => void) | undefined;
  /** While another process works on the same request: wait for its result (default) or fail with `busy`. */
  ifBusy?: 'wait' | 'fail' | undefined;
  /** Dollars that one day's, and one process's, purchases may cost. Default: the setting WANX_BUDGET_USD. */
  budgetUsd?: number | undefined;
  /** Prices of your own, in place of those that fal names. */
  prices?: FalPrices | undefined;
  /** Refuses a larger file; default 4 GiB. */
  maxBytes?: number | undefined;
  /**
   * Also makes the pictures of the films, once these are safe, and waits for them, unless REELKEEP_PICTURES is 0.
   * @default true
   */
  pictures?: boolean | undefined;
  resolve?: CaptureOptions['resolve'];
}

export interface GenerateWithFalOptions extends FalRunOptions {
  /** The project of the media library that the films go to. @default 'default' */
  projectId?: string | undefined;
  /** Buys again what was bought before; never while that may still be delivered. */
  force?: boolean | undefined;
  /** Called with each step, and the key of its record. */
  onProgress?: ((progress: JobProgress, key: string) => void) | undefined;
  /**
   * How long fal is asked to keep the media, in seconds; null: as the account is set, which may be for ever. Anyone who knows
   * the address can see them. @default a week
   */
  mediaLifetimeSeconds?: number | null | undefined;
  /** Where fal tells of the end, for `receiveFalWebhook`. Without it the queue is asked, which is enough. */
  webhookUrl?: string | undefined;
}

export interface ResumeFalOptions extends FalRunOptions {
  /** Only those for which it returns true. */
  only?: ((record: FalJob) => boolean) | undefined;
  /** Called with the key of the record that each step belongs to. */
  onProgress?: ((key: string, progress: JobProgress) => void) | undefined;
  /** Also those whose back-off has not ended or whose tries are used up: a person asks, or has fixed the cause. */
  ignoreBackoff?: boolean | undefined;
}

const price = z.object({ unit: z.string(), unitUsd: z.number().nonnegative() });
const RUN = {
  signal: input.signal.optional(),
  apiKey: input.text.optional(),
  queueBaseUrl: input.text.optional(),
  apiBaseUrl: input.text.optional(),
  requestTimeoutMs: input.timeMs.optional(),
  timeoutMs: input.timeMs.optional(),
  onDeadline: input.listener.optional(),
  ifBusy: z.enum(['wait', 'fail'], 'must be wait or fail').optional(),
  budgetUsd: z.number('must be dollars').nonnegative('must be 0 or more').optional(),
  prices: z.record(z.string(), price, 'must be { unit, unitUsd } by model id').optional(),
  maxBytes: input.bytes.optional(),
  pictures: input.flag.optional(),
  onProgress: input.listener.optional(),
};
export const generateSchema = input.options({
  ...RUN,
  projectId: input.text.optional(),
  force: input.flag.optional(),
  mediaLifetimeSeconds: z.number('must be seconds').positive('must be above 0').nullish(),
  webhookUrl: z.url({ protocol: /^https?$/, message: 'must be an http(s) URL' }).optional(),
});
export const resumeSchema = input.options({
  ...RUN,
  only: input.listener.optional(),
  ignoreBackoff: input.flag.optional(),
});
