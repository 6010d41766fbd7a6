import { abortError } from '#lib/base/clock.ts';
import { ReelError, type ReelErrorOptions, withContext } from '#lib/base/errors.ts';
import { anyVideo } from '#lib/capture/formats/formats.server.ts';
import { billedUnitsOf } from '#lib/fal/answers/billed-units.ts';
import { type FalProblem, mayMeanThatItFailed, problemOf, saysThatItFailed } from '#lib/fal/answers/errors.ts';
import type { PastRequest } from '#lib/fal/answers/history.ts';
import { type FoundVideo, videosOf } from '#lib/fal/answers/result-videos.ts';
import { saying } from '#lib/fal/answers/saying.ts';
import type { FalStatus } from '#lib/fal/answers/status.ts';
import { type FalApi, isSuccess, networkError } from '#lib/fal/api/fal-api.server.ts';
import { chargedFor, type FalPrice } from '#lib/fal/prices.ts';
import type { AssetLink, TaskState } from '#lib/jobs/provider.ts';
import { endOf } from './failed-request.ts';

/** What a completed request answered, as a record keeps it. */
export interface KeptResult {
  requestId: string;
  output: unknown;
  /** As billed; undefined: unknown. */
  units?: number | undefined;
}

export interface ResultContext {
  input: Record<string, unknown>;
  price: FalPrice | undefined;
  /** Keeps a result in which no video is found. */
  keep(result: KeptResult): Promise<void>;
}

/** Told apart by content: what an address calls its file need not be so. */
export const FORMATS = {
  mp4: anyVideo,
  webm: { ...anyVideo, name: 'webm', extension: 'webm', mimeType: 'video/webm' },
  mov: { ...anyVideo, name: 'mov', extension: 'mov', mimeType: 'video/quicktime' },
} as const satisfies Record<FoundVideo['extension'], AssetLink['format']>;

export interface Completed {
  taskId: string;
  responseUrl: string;
  status: FalStatus;
  signal: AbortSignal;
  /** The account's requests around this one: fal forgets a result within the hour, and its history does not. */
  history: (() => AsyncIterable<PastRequest>) | undefined;
  /** Whether this run may still wait for an answer that says more than that something has failed. */
  mayPass(): boolean;
}

/**
 * What came of a request that is COMPLETED, which is not yet a success: it has failed only where fal says so, in the status
 * or in one of its two kinds of error. A bare 504, a page, or a refusal of the call says nothing about it.
 * @throws ReelError for such an answer, `retryable` where it may pass
 */
export async function readResult(api: FalApi, context: ResultContext, completed: Completed): Promise<TaskState> {
  const { taskId, responseUrl, status, signal } = completed;
  const answer = await api.exchange({ method: 'GET', url: responseUrl, signal });
  if (answer.kind === 'failure') {
    if (answer.reason === 'aborted') throw withContext(abortError(), contextOf(taskId));
    if (status.error) return endOf(taskId, status.error, undefined, context.input);
    throw networkError(answer, contextOf(taskId));
  }
  const problem = problemOf(answer);
  if (status.error || saysThatItFailed(problem)) return endOf(taskId, status.error, problem, context.input);
  if (answer.status === 202) return { taskId, phase: 'generating', assets: [] };
  if (isSuccess(answer.status) && answer.body !== undefined) {
    const units = billedUnitsOf(answer.headers['x-fal-billable-units']);
    return delivered(context, { requestId: taskId, output: answer.body, units });
  }
  const output = [404, 410].includes(answer.status) ? await outputInHistory(completed) : undefined;
  if (output !== undefined) return delivered(context, { requestId: taskId, output });
  if (mayMeanThatItFailed(problem) && !completed.mayPass()) throw unclearEnd(taskId, problem, api.settings.key);
  throw api.refusalOf(answer, contextOf(taskId));
}

/** Its request is not over: later tries ask again, as long as fal keeps the result. */
function unclearEnd(taskId: string, problem: FalProblem, key: string): ReelError {
  const what = saying(`Request ${taskId} has probably failed at fal`, problem, key);
  const advice =
    'It may have been charged. Generate it again to look at it once more, which buys nothing; use force to buy another one.';
  return new ReelError('provider-failed', `${what}. ${advice}`, contextOf(taskId));
}

async function delivered(context: ResultContext, result: KeptResult): Promise<TaskState> {
  const found = succeeded(context, result);
  if (found) return found;
  await context.keep(result);
  const { requestId: taskId } = result;
  const message =
    `Request ${taskId} is completed and paid for, but no video was found in its result, which is kept whole in its record. ` +
    'Generate it again to look again, which buys nothing; use force to buy another one.';
  const failure = new ReelError('not-found', message, { taskId, stage: 'generating', billable: 'yes' });
  return { taskId, phase: 'succeeded', assets: [], failure };
}

/** Undefined where the result shows no video. */
export function succeeded(
  { input, price }: Pick<ResultContext, 'input' | 'price'>,
  { requestId: taskId, output, units }: KeptResult,
): TaskState | undefined {
  const assets = videosOf(output, input).map(({ url, extension }, index) => ({
    name: index === 0 ? 'video' : `video-${index + 1}`,
    ...{ url, format: FORMATS[extension] },
  }));
  return assets.length === 0 ? undefined : { taskId, phase: 'succeeded', assets, charged: chargedFor(units, price) };
}

async function outputInHistory({ taskId, history }: Completed): Promise<unknown> {
  for await (const { requestId, output } of history?.() ?? []) if (requestId === taskId) return output;
  return undefined;
}

export function contextOf(taskId: string): ReelErrorOptions {
  return { taskId, stage: 'generating', billable: 'maybe' };
}
