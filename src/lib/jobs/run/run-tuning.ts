import type { Clock } from '#lib/base/clock.ts';

/** How one run of a job treats time and others; all of it has defaults, and tests replace it. */
export interface RunTuning {
  clock?: Clock | undefined;
  /** How long a lease lives without a heartbeat; default 60 s. */
  leaseTtlMs?: number | undefined;
  /**
   * How long after the last sign of an unanswered submission its task may still show up in the provider's list; default
   * 6 minutes, since gateways give up after 5.
   */
  settleWindowMs?: number | undefined;
  /** Calls `task` regularly and returns how to stop it; default an unreferenced interval. */
  every?: ((intervalMs: number, task: () => void) => () => void) | undefined;
  newOwner?: (() => string) | undefined;
  newSubmissionId?: (() => string) | undefined;
  /** Between two looks at a task; default adaptive, settling near 15 s. */
  pollIntervalMs?: number | undefined;
  isSurelyDead?: ((owner: string) => boolean) | undefined;
}
