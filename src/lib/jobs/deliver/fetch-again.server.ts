import { isReelError, ReelError, withContext } from '#lib/base/errors.ts';
import type { CaptureProgress } from '#lib/capture/types.ts';
import type { Job, JobEnvironment, Seen } from '#lib/jobs/job.ts';
import { byStoreClock, isLeasedByOther, LeasedRecord, newLease, startHeartbeat } from '#lib/jobs/lease/lease.ts';
import type { Leased } from '#lib/jobs/lease/leased.ts';
import type { TaskState } from '#lib/jobs/provider.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { makeReceipt } from '#lib/jobs/record/receipt.ts';
import { isUnfinished, stateOf } from '#lib/jobs/record/state.ts';
import { assertSameEndpoint } from '#lib/jobs/same-endpoint.ts';
import { keepFormer, removeReplaced, removeUploaded, withNewFilm } from '#lib/jobs/versions/keep-former.server.ts';
import type { Mutation } from '#lib/stores/records/record-store.ts';
import { awaitTask } from './await-task.ts';
import {
  captureAssets,
  type Delivery,
  earliestEnd,
  isMain,
  type WantedAsset,
  wantedAssets,
} from './capture-assets.server.ts';
import { storeObjects } from './store-objects.server.ts';

export interface FetchAgainOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: CaptureProgress) => void) | undefined;
}

/**
 * Fetches the result of a finished task (delivered, or given up) again. Never buys. Until the new file is in place only
 * the lease of the record changes: a failure leaves status, receipt and file as they were.
 * @param taskId the task that the caller has seen on record; undefined for a record without one
 * @throws ReelError `busy` when another process works on the key or it now belongs to another task; `config` for a task
 *   of another service; what the provider or the capture fails with
 */
export async function fetchAgain<R extends JobRecord, Request>(
  job: Job<R, Request>,
  taskId: string | undefined,
  environment: JobEnvironment<R>,
  options: FetchAgainOptions = {},
): Promise<R> {
  const leased = await holdFinished(job, taskId, environment);
  const lost = new AbortController();
  const signal = AbortSignal.any([lost.signal, ...(options.signal ? [options.signal] : [])]);
  const stopHeartbeat = startHeartbeat(
    leased,
    (task) => environment.every(environment.leaseTtlMs / 3, task),
    (error) => lost.abort(error),
  );
  try {
    const { onProgress } = options;
    const before = leased.record.object;
    const { state, delivery } = await fetchFiles(job, taskId, { leased, environment, signal, onProgress });
    const fetched = { state, delivery: await storeObjects({ job, leased, signal }, delivery) };
    const record = await leased.patch((current) => delivered(job, current, fetched, environment.clock.now()));
    await removeUploaded({ job, environment }, fetched.delivery.main);
    await removeReplaced(job, fetched.delivery.main, before, record);
    return record;
  } catch (error) {
    const failure = lost.signal.aborted ? lost.signal.reason : error;
    throw isReelError(failure) ? withContext(failure, { taskId }) : failure;
  } finally {
    stopHeartbeat();
    await leased.release().catch(() => {});
  }
}

/** Takes the lease and changes nothing else, in one step with the check that the record is about that task, and over. */
async function holdFinished<R extends JobRecord, Request>(
  job: Job<R, Request>,
  taskId: string | undefined,
  { store, clock, leaseTtlMs, newOwner, isSurelyDead }: JobEnvironment<R>,
): Promise<LeasedRecord<R>> {
  const options = { owner: newOwner(), ttlMs: leaseTtlMs, clock, isSurelyDead };
  const take: Mutation<R> = (current, step) => {
    job.assertUsable(current, step);
    if (!current || current.taskId !== taskId) throw busy(`${job.key} now belongs to another task`);
    const byStore = byStoreClock(options, step);
    if (isLeasedByOther(current, byStore)) throw busy(`Another process is working on ${job.key}`);
    if (isUnfinished(current) || stateOf(current).kind === 'canceled') throw busy(`${job.key} is under way`);
    assertSameEndpoint(job, current);
    const lease = newLease(current, byStore);
    return { ...current, lease, fence: lease.fence };
  };
  const held = await store.update(job.key, take, { claims: job.claims });
  if (held?.lease === undefined) throw busy(`${job.key} is gone`);
  const leased = new LeasedRecord(store, job.key, held, held.lease.fence, options);
  leased.mayBePaid = taskId !== undefined;
  return leased;
}

function busy(what: string): ReelError {
  return new ReelError('busy', `${what}. Nothing was changed. Check its current state, then try again.`);
}

interface Fetching<R extends JobRecord> {
  leased: Leased<R>;
  environment: JobEnvironment<R>;
  signal: AbortSignal;
  onProgress: ((progress: CaptureProgress) => void) | undefined;
}

async function fetchFiles<R extends JobRecord, Request>(
  job: Job<R, Request>,
  taskId: string | undefined,
  { leased, environment, signal, onProgress }: Fetching<R>,
): Promise<{ state: TaskState; delivery: Delivery }> {
  if (taskId === undefined)
    throw new ReelError('not-found', `No task is on record for ${job.key}, so there is no file to fetch.`);
  const task = { taskId, handle: leased.record.handle };
  const seen: Seen = { finalPaths: new Set() };
  const { provider, timeoutMs } = job;
  const state = await awaitTask(task, { provider, environment, seen, signal, timeoutMs });
  const context = {
    ...{ job, leased, environment, signal, seen, task, onProgress, besideOthers: false },
    publish: async (asset: WantedAsset, facts: { sizeBytes: number; sha256: string }, rename: () => void) => {
      if (isMain(leased.record, asset)) await removeUploaded({ job, environment }, job.placeOf(asset));
      if (isMain(leased.record, asset)) await keepFormer({ job, leased }, job.placeOf(asset), { taskId, ...facts });
      await leased.whileHeld(rename);
    },
  };
  return { state, delivery: await captureAssets(context, wantedAssets(state, new Map())) };
}

function delivered<R extends JobRecord, Request>(
  job: Job<R, Request>,
  current: R,
  { state, delivery }: { state: TaskState; delivery: Delivery },
  nowMs: number,
): Partial<JobRecord> {
  const at = new Date(nowMs).toISOString();
  const { main, assets, notes } = delivery;
  const isSameFile = current.sha256 === main.sha256;
  // One of a failure says only that nothing was delivered.
  const earlier = current.receipt?.delivered ? current.receipt : undefined;
  const fresh = makeReceipt({
    ...{ atMs: nowMs, taskId: state.taskId, asked: job.asked, expected: job.expected },
    estimate: current.intent?.estimate ?? job.estimate,
    charged: state.charged ?? earlier?.charged,
    delivered: { ...main.media, sizeBytes: main.sizeBytes },
    notes: notes.length > 0 ? notes : undefined,
  });
  return {
    ...(!isSameFile && job.finishedFields),
    ...{ status: 'ready', localPath: main.localPath, sizeBytes: main.sizeBytes, sha256: main.sha256, assets },
    ...{ object: main.object, uploads: undefined },
    ...{
      completedAt: current.completedAt ?? at,
      expiresAt: earliestEnd(state.assets)?.toISOString() ?? current.expiresAt,
    },
    // The same bytes again: what was said of them stands.
    receipt: earlier && isSameFile ? earlier : fresh,
    ...{ lease: undefined, error: undefined, errorCode: undefined, retries: undefined, captured: undefined },
    ...{ previous: undefined, ...withNewFilm(job, main, current) },
  };
}
