import { isReelError, ReelError, withContext } from '#lib/base/errors.ts';
import { redactUrl } from '#lib/base/redact.ts';
import { type JobRun, report } from '#lib/jobs/job.ts';
import type { TaskRef, TaskState } from '#lib/jobs/provider.ts';
import type { AssetRecord, JobRecord } from '#lib/jobs/record/job-record.ts';
import { makeReceipt } from '#lib/jobs/record/receipt.ts';
import { assertSameEndpoint } from '#lib/jobs/same-endpoint.ts';
import { recordCaptured, removePruned, removeUploaded, withNewFilm } from '#lib/jobs/versions/keep-former.server.ts';
import { awaitTask } from './await-task.ts';
import {
  assetRecord,
  type CaptureContext,
  captureAssets,
  type Delivery,
  earliestEnd,
  isMain,
  type WantedAsset,
  wantedAssets,
} from './capture-assets.server.ts';
import { watchDeadline } from './deadline-warning.ts';
import { filesInPlace, hasAllRequired } from './in-place.server.ts';
import { storeObjects } from './store-objects.server.ts';

/**
 * Waits for the submitted task, captures its files and records them with their receipt.
 * @throws ReelError with the task id; the task stays resumable unless the code is final (`isUnfinished`)
 */
export async function deliver<R extends JobRecord, Request>(run: JobRun<R, Request>): Promise<R> {
  const { taskId, handle } = run.leased.record;
  if (taskId === undefined) throw new ReelError('invalid-input', `${run.job.key} has no task to deliver.`);
  assertSameEndpoint(run.job, run.leased.record);
  const task = { taskId, handle };
  const stopWatching = watchDeadline(run, taskId);
  try {
    const found = await filesInPlace(run, taskId);
    const state = hasAllRequired(found) ? await lastState(run, task) : await followTask(run, task);
    const context = contextOf(run, task);
    const delivery = await captureAssets(context, wantedAssets(state, found));
    const stored = await storeObjects({ ...context, report: (progress) => report(run, progress) }, delivery);
    return await recordReady(run, state, stored);
  } catch (error) {
    throw isReelError(error) ? withContext(error, { taskId, ...knownExpiry(run) }) : error;
  } finally {
    stopWatching();
  }
}

async function followTask<R extends JobRecord, Request>(run: JobRun<R, Request>, task: TaskRef): Promise<TaskState> {
  const { job, leased, environment, seen, signal } = run;
  const { taskId } = task;
  const startedMs = Date.parse(leased.record.submittedAt ?? leased.record.intent?.at ?? '') || environment.clock.now();
  const onUpdate = ({ phase, queuePosition, progress, message }: TaskState) => {
    const { expiresAt } = leased.record;
    const elapsedMs = environment.clock.now() - startedMs;
    const shared = { taskId, elapsedMs, ...(expiresAt !== undefined && { expiresAt }) };
    if (phase === 'queued')
      report(run, { stage: phase, ...shared, ...(queuePosition !== undefined && { queuePosition }) });
    const said = { ...(progress !== undefined && { progress }), ...(message !== undefined && { message }) };
    if (phase === 'generating') report(run, { stage: phase, ...shared, ...said });
  };
  const state = await awaitTask(task, { provider: job.provider, environment, seen, signal, onUpdate });
  await leased.patch((current) => whatIsToBeHad(run, current, state));
  return state;
}

/** What there is to fetch and until when, for the record: the next process may have to go on without the provider. */
function whatIsToBeHad<R extends JobRecord, Request>(
  { job }: JobRun<R, Request>,
  { expiresAt, assets: known }: JobRecord,
  { assets: links }: TaskState,
): Partial<JobRecord> {
  const main = links.find(({ isOptional }) => !isOptional);
  const assets = links.map(
    (link) => known?.find(({ name }) => name === link.name) ?? assetRecord(link, job.placeOf(link), undefined),
  );
  return {
    videoUrl: main && withoutQuery(main.url),
    expiresAt: earliestEnd(links)?.toISOString() ?? expiresAt,
    ...(links.length > 1 && { assets }),
  };
}

/** For files that are already in place the task only shows the charge, and what is optional; it may be gone by now. */
async function lastState<R extends JobRecord, Request>(run: JobRun<R, Request>, task: TaskRef): Promise<TaskState> {
  const gone: TaskState = { taskId: task.taskId, phase: 'unknown', assets: [] };
  return run.job.provider.read(task, run.signal).catch(() => gone);
}

function contextOf<R extends JobRecord, Request>(run: JobRun<R, Request>, task: TaskRef): CaptureContext<R, Request> {
  const { job, leased, environment, signal, seen } = run;
  return {
    ...{ job, leased, environment, signal, seen, task, besideOthers: true },
    onProgress: (progress) => report(run, progress),
    publish: async (asset: WantedAsset, { sizeBytes, sha256 }, rename) => {
      const { name, format } = asset;
      const captured = { taskId: task.taskId, name, format: format.name, sizeBytes, sha256 };
      // A file there that has been uploaded is no film to keep.
      if (isMain(leased.record, asset)) await removeUploaded(run, job.placeOf(asset));
      if (isMain(leased.record, asset)) await recordCaptured(run, job.placeOf(asset), captured);
      else await leased.patch({ captured });
      await leased.whileHeld(rename);
    },
    onInPlace: async (asset) => {
      await leased.patch(({ assets }) => ({ assets: assets?.map(replacing(asset)), captured: undefined }));
    },
  };
}

function replacing(asset: AssetRecord): (one: AssetRecord) => AssetRecord {
  return (one) => (one.name === asset.name ? asset : one);
}

async function recordReady<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  state: TaskState,
  { main, assets, notes }: Delivery,
): Promise<R> {
  const { job, leased, environment } = run;
  const { sizeBytes, sha256, localPath, object } = main;
  const receipt = makeReceipt({
    atMs: environment.clock.now(),
    taskId: state.taskId,
    asked: job.asked,
    expected: job.expected,
    estimate: leased.record.intent?.estimate ?? job.estimate,
    charged: state.charged,
    delivered: { ...main.media, sizeBytes },
    notes: notes.length > 0 ? notes : undefined,
  });
  const done = {
    status: 'ready',
    completedAt: receipt.at,
    localPath,
    sizeBytes,
    sha256,
    object,
    assets,
    receipt,
  } as const;
  const cleared = {
    lease: undefined,
    error: undefined,
    errorCode: undefined,
    retries: undefined,
    captured: undefined,
    uploads: undefined,
    previous: undefined,
  };
  const ready = await leased.patch((current) => ({
    ...{ ...done, ...job.finishedFields, ...cleared },
    ...withNewFilm(job, main, current),
  }));
  report(run, { stage: 'ready', localPath, sizeBytes });
  await removeUploaded(run, main);
  return removePruned(run, main, ready);
}

function withoutQuery(url: string): string {
  return redactUrl(url).replace(/\?…$/, '');
}

function knownExpiry<R extends JobRecord, Request>({ leased }: JobRun<R, Request>): { expiresAt?: Date } {
  const { expiresAt } = leased.record;
  return expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) };
}
