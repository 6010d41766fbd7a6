import { stat } from 'node:fs/promises';
import { isReelError, ReelError, withContext } from '#lib/base/errors.ts';
import { redactUrl } from '#lib/base/redact.ts';
import {
  type CaptureProgress,
  captureAsset,
  inspectVideoFile,
  type MediaInfo,
  removeLeftovers,
} from '#lib/capture/capture.server.ts';
import type { CapturePlace } from '#lib/jobs/capture-queue.ts';
import { type JobRun, report } from '#lib/jobs/job.ts';
import type { TaskState } from '#lib/jobs/provider.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { makeReceipt } from '#lib/jobs/record/receipt.ts';
import { assertSameEndpoint } from '#lib/jobs/same-endpoint.ts';
import { watchDeadline } from './deadline-warning.ts';
import { PART_WAIT_MS, remoteAssetOf } from './remote-asset.ts';

/**
 * Follows the submitted task to its end, captures the result and records it with its receipt.
 * @throws ReelError with the task id; the task stays resumable unless the code is final (`isUnfinished`)
 */
export async function deliver<R extends JobRecord, Request>(run: JobRun<R, Request>): Promise<R> {
  const { record } = run.leased;
  const taskId = record.taskId;
  if (taskId === undefined) throw new ReelError('invalid-input', `${run.job.key} has no task to deliver.`);
  assertSameEndpoint(run.job, record);
  const stopWatching = watchDeadline(run, taskId);
  try {
    const published = await publishedBeforeCrash(run, taskId);
    if (published) return await recordReady(run, await lastState(run, taskId), published);
    const state = await followTask(run, taskId);
    return await recordReady(run, state, await capture(run, state));
  } catch (error) {
    throw isReelError(error) ? withContext(error, { taskId, ...knownExpiry(run) }) : error;
  } finally {
    stopWatching();
  }
}

async function followTask<R extends JobRecord, Request>(run: JobRun<R, Request>, taskId: string): Promise<TaskState> {
  const { job, leased, environment } = run;
  const startedMs = Date.parse(leased.record.submittedAt ?? leased.record.intent?.at ?? '') || environment.clock.now();
  const state = await job.provider.follow(taskId, {
    signal: run.signal,
    onUpdate: ({ phase }) => {
      const elapsedMs = environment.clock.now() - startedMs;
      const expiresAt = leased.record.expiresAt;
      if (phase === 'queued' || phase === 'generating') {
        report(run, { stage: phase, taskId, elapsedMs, ...(expiresAt !== undefined && { expiresAt }) });
      }
    },
  });
  await leased.patch({
    videoUrl: state.assetUrl === undefined ? undefined : withoutQuery(state.assetUrl),
    expiresAt: state.expiresAt?.toISOString() ?? leased.record.expiresAt,
  });
  return state;
}

/** For a file that is already in place the task only tells the charge, and may be gone by now. */
async function lastState<R extends JobRecord, Request>(run: JobRun<R, Request>, taskId: string): Promise<TaskState> {
  return run.job.provider.read(taskId, run.signal).catch(() => ({ taskId, phase: 'ended' }) as const);
}

type Published = { sizeBytes: number; sha256: string; media: MediaInfo; notes?: string[] };

async function capture<R extends JobRecord, Request>(run: JobRun<R, Request>, state: TaskState): Promise<Published> {
  const { job, leased, environment } = run;
  if (state.assetUrl === undefined) {
    throw new ReelError(
      'provider-failed',
      `Task ${state.taskId} succeeded without a link to its video. Look again later; if that stays so, ask the provider.`,
      { billable: 'yes', retryable: true },
    );
  }
  const asset = remoteAssetOf(job.provider, state, leased.record, run.signal);
  const shared = {
    ...job.capture,
    signal: run.signal,
    onProgress: (progress: CaptureProgress) => report(run, progress),
    publishWithin: async ({ sizeBytes, sha256 }: { sizeBytes: number; sha256: string }, rename: () => void) => {
      await leased.patch({ captured: { taskId: state.taskId, sizeBytes, sha256 } });
      await leased.whileHeld(rename);
    },
  };
  const capturing = async (place: CapturePlace) => {
    const options = { ...shared, clock: place.clock(environment.clock) };
    try {
      return await captureAsset(asset, job.finalPath, { ...options, busyTimeoutMs: PART_WAIT_MS });
    } catch (error) {
      if (!isReelError(error) || error.code !== 'busy') throw error;
      // The lease is ours, so whoever holds the part file is a stopped predecessor: leave it its file.
      await leased.assertHeld();
      return captureAsset(asset, job.finalPath, { ...options, partTag: `f${leased.fence}` });
    }
  };
  return environment.captures.add(state.expiresAt?.getTime(), capturing, run.signal);
}

/** The file that an earlier process published just before it died, if it is the one that it was about to record. */
async function publishedBeforeCrash<R extends JobRecord, Request>(
  { job, leased }: JobRun<R, Request>,
  taskId: string,
): Promise<Published | undefined> {
  const { captured } = leased.record;
  if (captured?.taskId !== taskId) return undefined;
  const size = await stat(job.finalPath).then(
    (found) => found.size,
    () => undefined,
  );
  if (size !== captured.sizeBytes) return undefined;
  const file = await inspectVideoFile(job.finalPath);
  return file.sha256 === captured.sha256 ? file : undefined;
}

async function recordReady<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  state: TaskState,
  published: Published,
): Promise<R> {
  const { job, leased, environment } = run;
  const { sizeBytes, sha256 } = published;
  // Before the record says ready: killed in between, the next process comes here again.
  await removeLeftovers(job.finalPath);
  const receipt = makeReceipt({
    atMs: environment.clock.now(),
    taskId: state.taskId,
    asked: job.asked,
    expected: job.expected,
    estimate: leased.record.intent?.estimate ?? job.estimate,
    charged: state.charged,
    delivered: { ...published.media, sizeBytes },
    notes: published.notes,
  });
  const done = {
    status: 'ready',
    completedAt: receipt.at,
    localPath: job.localPath,
    sizeBytes,
    sha256,
    receipt,
  } as const;
  const cleared = {
    lease: undefined,
    error: undefined,
    errorCode: undefined,
    retries: undefined,
    captured: undefined,
    previous: undefined,
  };
  const ready = await leased.patch({ ...done, ...cleared });
  report(run, { stage: 'ready', localPath: job.localPath, sizeBytes });
  return ready;
}

function withoutQuery(url: string): string {
  return redactUrl(url).replace(/\?…$/, '');
}

function knownExpiry<R extends JobRecord, Request>({ leased }: JobRun<R, Request>): { expiresAt?: Date } {
  const { expiresAt } = leased.record;
  return expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) };
}
