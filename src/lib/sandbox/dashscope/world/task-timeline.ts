/** The times of one task; all in milliseconds since the epoch. */
export interface TimedTask {
  taskId: string;
  model: string;
  submittedAtMs: number;
  durationMs: number;
  canceledAtMs?: number | undefined;
}
export interface Span {
  startsAtMs: number;
  endsAtMs: number;
}

/** The part of a task's time that it waits in PENDING even when nothing is before it. */
const PENDING_SHARE = 0.25;

/**
 * When each task runs: first come, first served, at most `runningAtOnce(model)` of one model together. Computed from
 * what is recorded, without a timer, so that any clock will do and a restarted sandbox comes to the same answer.
 */
export function timeline(tasks: Iterable<TimedTask>, runningAtOnce: (model: string) => number): Map<string, Span> {
  const spans = new Map<string, Span>();
  const slots = new Map<string, number[]>();
  for (const task of tasks) {
    const free = slots.get(task.model) ?? Array.from({ length: runningAtOnce(task.model) }, () => 0);
    slots.set(task.model, free);
    const earliestMs = Math.min(...free);
    const startsAtMs = Math.max(task.submittedAtMs + task.durationMs * PENDING_SHARE, earliestMs);
    const endsAtMs = startsAtMs + task.durationMs * (1 - PENDING_SHARE);
    spans.set(task.taskId, { startsAtMs, endsAtMs });
    // A cancelled task never ran, so it holds no slot.
    if (task.canceledAtMs === undefined) free[free.indexOf(earliestMs)] = endsAtMs;
  }
  return spans;
}
