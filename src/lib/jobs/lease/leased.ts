import type { ReelError } from '#lib/base/errors.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import type { Step, StepNeeds } from '#lib/stores/records/record-store.ts';

/** A record in the hands of the process that holds its lease; see `LeasedRecord`. */
export interface Leased<R extends JobRecord> {
  readonly key: string;
  /** This process, as it is named in the lease. */
  readonly owner: string;
  /** Whether something that was, or may have been, paid for depends on this record. */
  mayBePaid: boolean;
  /** The record as this process last wrote or read it. */
  readonly record: R;
  readonly fence: number;
  /** Changes the engine's fields, and the provider's own; an explicit undefined removes a field. */
  patch(
    change: Partial<JobRecord> | ((current: R, step: Step) => Partial<JobRecord>),
    own?: Partial<R>,
    needs?: StepNeeds,
  ): Promise<R>;
  renew(): Promise<void>;
  lossAfter(failure: unknown): Promise<ReelError | undefined>;
  /** Does something short and synchronous outside the store in one step with the check of the lease. */
  whileHeld(action: () => void): Promise<void>;
  assertHeld(): Promise<void>;
  /** Records the outcome of this process's own submission, even if another process now holds the lease. */
  report(change: (current: R) => Partial<JobRecord>): Promise<R>;
  release(): Promise<void>;
}
