// The public surface of the engine: what a provider of another paid service implements, and what runs its jobs.
import '#lib/base/supported-node.server.ts';

export { ERROR_CODES, type ErrorCode, isReelError, ReelError, type ReelErrorOptions } from '#lib/base/errors.ts';
export { type EngineOptions, JobEngine } from './engine.server.ts';
export type { AssetPlace, Job } from './job.ts';
export type { DeadlineWarning, JobEvent, JobProgress } from './progress.ts';
export type * from './provider.ts';
export type {
  Candidate,
  Charged,
  Delivered,
  Estimate,
  Intent,
  Json,
  PastSubmission,
  Receipt,
  Version,
} from './record/job-record.ts';
export { type JobRecord, jobRecordSchema } from './record/job-record.ts';
export { jobRecordFormat } from './record/record-format.ts';
export { isUnfinished, mayGiveUp, mayStillDeliver, type RecordState, stateOf } from './record/state.ts';
export type { RunOptions } from './run/run-options.ts';
export type { RunTuning } from './run/run-tuning.ts';
export { reportSpending, type SpendLine, type SpendReport } from './spending/report.ts';
