import type { JobRun } from '#lib/jobs/job.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';

const LOOK_EVERY_MS = 15_000;

/**
 * Warns once when half, and once when a tenth, of the time between submission and the link's expiry is left. Warnings
 * are on record: a task that several processes retry is not warned about at each try.
 * @returns a function that stops watching
 */
export function watchDeadline<R extends JobRecord, Request>(run: JobRun<R, Request>, taskId: string): () => void {
  const told = toldOf(run.leased.record, taskId);
  const look = () => {
    const { submittedAt, intent, expiresAt } = run.leased.record;
    const startMs = Date.parse(submittedAt ?? intent?.at ?? '');
    if (expiresAt === undefined || Number.isNaN(startMs)) return;
    const timeLeftMs = Math.max(0, Date.parse(expiresAt) - run.environment.clock.now());
    for (const fractionLeft of dueWarnings(timeLeftMs, Date.parse(expiresAt) - startMs, told)) {
      told.add(fractionLeft);
      run.emit({ kind: 'deadline', warning: { key: run.job.key, taskId, expiresAt, timeLeftMs, fractionLeft } });
      // A warning reported twice is better than work that stops.
      run.leased.patch({ warned: { taskId, fractionLeft } }).catch(() => {});
    }
  };
  look();
  return run.environment.every(LOOK_EVERY_MS, look);
}

function toldOf({ warned }: JobRecord, taskId: string): Set<number> {
  if (warned?.taskId !== taskId) return new Set();
  return new Set(warned.fractionLeft === 0.1 ? [0.5, 0.1] : [0.5]);
}

/** The warnings that are due and not reported yet; the more urgent one replaces the other when both are due at once. */
export function dueWarnings(timeLeftMs: number, wholeMs: number, told: ReadonlySet<number>): Array<0.5 | 0.1> {
  const left = timeLeftMs / wholeMs;
  if (left <= 0.1) return told.has(0.1) ? [] : [0.1];
  return left <= 0.5 && !told.has(0.5) ? [0.5] : [];
}
