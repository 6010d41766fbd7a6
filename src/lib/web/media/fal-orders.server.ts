import { processWide } from '#lib/base/process-wide.ts';
import {
  ERROR_CODES,
  type ErrorCode,
  type FalJob,
  falJobKey,
  generateWithFal,
  isFalUnfinished,
  type JobProgress,
  listFalJobs,
  stateOf,
} from '#lib/fal/index.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { readSmallBody } from '#lib/web/http/small-body.ts';
import { forManagers } from './for-managers.server.ts';
import { type MediaGenerate, type MediaJob, type MediaJobs, mediaGenerateSchema } from './media-view.ts';

const LARGEST_ORDER_BYTES = 256 * 1024;
const JOBS_SHOWN = 100;

type Live = Pick<MediaJob, 'stage' | 'progress' | 'queuePosition'>;

/** What this process is doing for orders, by their ids. */
const live = processWide('reelkeep media orders', () => new Map<string, Live>());

/**
 * Orders a film. Resolves as soon as the order is on its way, or its film is here; what follows needs nobody to wait.
 * @throws ProblemError why nothing was ordered: the input, the key, the budget, the disk
 */
export async function orderFilm(projectId: string, request: Request): Promise<{ jobId: string }> {
  const order = await readOrder(request);
  return new Promise((accept, refuse) => {
    const onProgress = (progress: JobProgress, jobId: string) => {
      live.set(jobId, liveOf(progress));
      if (!isBeforeOrder(progress)) accept({ jobId });
    };
    void make(projectId, order, onProgress).catch(refuse);
  });
}

/** Its intent and the budget come after the first step; what fails before it is on its way is refused. */
function isBeforeOrder({ stage }: JobProgress): boolean {
  return stage === 'prompt' || stage === 'failed';
}

/** Purchases for a project, the newest first. @throws ProblemError of the records */
export async function ordersOf(projectId: string): Promise<MediaJobs> {
  const all = await forManagers(listFalJobs);
  const own = all.filter((job) => job.projectId === projectId);
  const newest = own.sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1)).slice(0, JOBS_SHOWN);
  return { jobs: newest.map(jobView) };
}

async function make(
  projectId: string,
  { model, input, force }: MediaGenerate,
  onProgress: (progress: JobProgress, jobId: string) => void,
): Promise<void> {
  let id: string | undefined;
  const result = await generateWithFal(model, input, {
    ...{ projectId, force, ifBusy: 'fail' },
    onProgress: (progress, jobId) => {
      id = jobId;
      onProgress(progress, jobId);
    },
  });
  if (id !== undefined) live.delete(id);
  if (!result.success) throw new ProblemError(result.code, result.error, { retryable: result.retryable });
}

function jobView(job: FalJob): MediaJob {
  const { modelId, error, createdAt } = job;
  const jobId = falJobKey(job);
  const { stage, code } = standingOf(job);
  // Its films are an instant away from the list.
  const isReady = stage === 'ready' && !isFalUnfinished(job);
  const now = isReady ? undefined : live.get(jobId);
  return {
    ...{ jobId, model: modelId, createdAt },
    ...(now ?? { stage: stage === 'ready' && !isReady ? 'generating' : stage }),
    ...(!isReady && error !== undefined && { error }),
    ...(!isReady && code !== undefined && { errorCode: code }),
  };
}

function standingOf(job: FalJob): { stage: 'ready' | 'generating' | 'failed'; code?: ErrorCode | undefined } {
  const state = stateOf(job);
  if (state.kind === 'ready') return { stage: 'ready' };
  if (state.kind === 'canceled') return { stage: 'failed', code: 'aborted' };
  const isOpen = state.kind === 'in-flight' || state.kind === 'unknown-outcome';
  const code = 'code' in state ? ERROR_CODES.find((one) => one === state.code) : undefined;
  return { stage: isOpen && !state.hasFailed ? 'generating' : 'failed', code };
}

function liveOf(progress: JobProgress): Live {
  const { stage } = progress;
  switch (stage) {
    case 'queued':
      return { stage, ...(progress.queuePosition !== undefined && { queuePosition: progress.queuePosition }) };
    case 'generating':
      return { stage, ...(progress.progress !== undefined && { progress: progress.progress }) };
    case 'downloading': {
      const { bytesReceived, bytesTotal } = progress;
      return { stage, ...(bytesTotal && { progress: Math.min(1, bytesReceived / bytesTotal) }) };
    }
    case 'ready':
      return { stage: 'verifying' };
    default:
      return { stage };
  }
}

/** @throws ProblemError `invalid-input`, `too-large` */
async function readOrder(request: Request): Promise<MediaGenerate> {
  const text = await readSmallBody(request, LARGEST_ORDER_BYTES);
  const order = mediaGenerateSchema.safeParse(jsonOf(text)).data;
  if (order) return order;
  throw new ProblemError('invalid-input', 'The body must be JSON with a model and its input: see docs/openapi.json.');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
