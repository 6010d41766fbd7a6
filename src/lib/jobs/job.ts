import type { Clock } from '#lib/base/clock.ts';
import type { CaptureFunctions, CaptureOptions } from '#lib/capture/types.ts';
import type { Leased } from '#lib/jobs/lease/leased.ts';
import type { Delivered, Estimate, JobRecord } from '#lib/jobs/record/job-record.ts';
import type { RunSpending } from '#lib/jobs/spending/run-spending.ts';
import type { AssetStore } from '#lib/stores/assets/asset-store.ts';
import type { RecordStore, Step } from '#lib/stores/records/record-store.ts';
import type { CaptureQueue } from './capture-queue.ts';
import type { JobEvent, JobProgress } from './progress.ts';
import type { AssetLink, JobProvider, TaskState } from './provider.ts';

/** One piece of paid work: the request, its provider, and where the result goes. Created by a provider's module. */
export interface Job<R extends JobRecord, Request> {
  key: string;
  provider: JobProvider<Request>;
  request: Request;
  /** What was ordered, as the user would say it, for the receipt. */
  asked: Record<string, unknown>;
  /** What the file should therefore be. */
  expected: Delivered;
  estimate: Estimate;
  model: string;
  /** Where a file of the task goes; the same for each call. */
  placeOf(asset: Pick<AssetLink, 'name' | 'format'>): AssetPlace;
  /** Absolute path of what the record keeps in that form; default: beside the finished file. */
  pathOf?: ((localPath: string) => string) | undefined;
  /** Object storage for the finished files; undefined: they stay where they were captured. */
  objects?: ObjectTarget | undefined;
  /** The store of an object on record. @throws ReelError `config` where it cannot be reached with these settings */
  objectsAt?: ((location: string) => AssetStore) | undefined;
  /** How many former films are kept when a new one is in place; default 5. */
  keepVersions?: number | undefined;
  /** Buys again even if a finished file exists; never while a submission is in flight. */
  force: boolean;
  /** False for a record without its full request: it can be finished, but not submitted. */
  canSubmit: boolean;
  /** Only finishes what the record has begun: never starts anew, and leaves a cancelled one cancelled. */
  resumesOnly?: boolean | undefined;
  /** Ends this caller's waiting, never the task. */
  timeoutMs?: number | undefined;
  /** The request of the recorded submission, as far as it is known, for finding its task; default `request`. */
  requestOf?(record: R): Request;
  /** The first record of this key. */
  seed(nowIso: string): R;
  /** The provider's own fields for a new submission (prompt, …). */
  submissionFields: Partial<R>;
  /** What the record of a film that has just been captured says besides. */
  finishedFields?: Partial<JobRecord> | undefined;
  /** The names that `assertUsable` asks the owners of. */
  claims: readonly string[];
  /** Throws when another key makes this one unusable (the same file name); called inside a store update. */
  assertUsable(current: R | undefined, step: Step): void;
  /** Prepares what throws when nothing may be bought now, for any key; that is called inside a store update. */
  assertMayBuy?: (() => Promise<(step: Step) => void>) | undefined;
  /** Whether the record's finished file still exists. Synchronous: called inside a store update. */
  hasFile(record: R): boolean;
  capture: Pick<
    CaptureOptions,
    'allowPrivateNetwork' | 'trustedOrigin' | 'maxBytes' | 'proxy' | 'providerHost' | 'resolve' | 'needsFolder'
  >;
}

export interface AssetPlace {
  /** Absolute path of the finished file. */
  finalPath: string;
  /** The form in which the record keeps it. */
  localPath: string;
}

export interface ObjectTarget {
  /** `s3://bucket/prefix`, as records keep it. */
  location: string;
  store: Pick<AssetStore, 'put'>;
  /** The name there of a file at this path; default: its last part. */
  nameOf?: ((path: string) => string) | undefined;
}

/** What every job of one engine shares, with all defaults filled in. */
export interface JobEnvironment<R extends JobRecord> {
  store: RecordStore<R>;
  clock: Clock;
  leaseTtlMs: number;
  settleWindowMs: number;
  budgetUsd: number | undefined;
  captures: CaptureQueue;
  files: CaptureFunctions;
  every: (intervalMs: number, task: () => void) => () => void;
  newOwner: () => string;
  newSubmissionId: () => string;
  /** Between two looks at a task; undefined: adaptive. */
  pollIntervalMs: number | undefined;
  isSurelyDead: (owner: string) => boolean;
  /** What this process has submitted. */
  runSpending: RunSpending;
}

/** What a run has found out and done so far, for what comes after it. */
export interface Seen {
  /** Of the task, at the last look. */
  phase?: TaskState['phase'];
  /** The final paths of files that it has begun to fetch. */
  readonly finalPaths: Set<string>;
}

/** A job under way: the job, its lease, its signal and its listeners. */
export interface JobRun<R extends JobRecord, Request> {
  job: Job<R, Request>;
  environment: JobEnvironment<R>;
  leased: Leased<R>;
  /** The record is new, or its submission has ended: continuing means buying. */
  startsAnew: boolean;
  seen: Seen;
  signal: AbortSignal;
  emit(event: JobEvent): void;
}

export function report<R extends JobRecord, Request>(
  run: Pick<JobRun<R, Request>, 'emit'>,
  progress: JobProgress,
): void {
  run.emit({ kind: 'progress', progress });
}

type Retrying = Extract<JobProgress, { stage: 'retrying' }>;

/** Reports a retry and waits for it; without a signal the wait cannot be cut short. */
export async function reportAndWait<R extends JobRecord, Request>(
  run: Pick<JobRun<R, Request>, 'emit' | 'environment'>,
  retry: Omit<Retrying, 'stage'>,
  signal?: AbortSignal,
): Promise<void> {
  report(run, { stage: 'retrying', ...retry });
  await run.environment.clock.wait(retry.waitMs, signal);
}
