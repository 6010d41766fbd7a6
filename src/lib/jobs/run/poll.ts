import { backoffDelayMs } from '#lib/base/backoff.ts';
import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, throwIfAborted } from '#lib/base/clock.ts';
import type { ReelError } from '#lib/base/errors.ts';

/** What one look came to. */
export type Look<State> =
  | { kind: 'state'; state: State; lookAgainAfterMs?: number | undefined }
  /** `transient`: it says nothing about the task (429, 5xx, a broken connection), and the next look may. */
  | { kind: 'failure'; error: ReelError; transient: boolean; retryAfterMs?: number | undefined };

export interface PollOptions<State> {
  /** Looks once. `leftMs`: the patience left. */
  look(leftMs: number): Promise<Look<State>>;
  isOver(state: State): boolean;
  /** The error for a wait that was long enough, after the last state and the last failure, if it was one. */
  outOfPatience(last: State | undefined, failure: ReelError | undefined): ReelError;
  clock: Clock;
  /** Ends the waiting, not the task. */
  timeoutMs: number;
  /** Fixed; undefined: adaptive. */
  pollIntervalMs: number | undefined;
  signal?: AbortSignal | undefined;
  onUpdate?: ((state: State) => void) | undefined;
}

/** A video takes from one to twelve minutes; at this pace a look costs a service nothing. */
const SETTLED_MS = 15_000;
const FIRST_MS = 1000;
const LONGEST_BACKOFF_MS = 30_000;
/** Whatever a service asks for: no hot loop, and no result that expires unseen. */
const [SHORTEST_ASKED_MS, LONGEST_ASKED_MS] = [100, 3_600_000];

/** 1, 2, 4, 8, then 15 s, each up to a tenth shorter or longer, so that many tasks are not looked at in step. */
export function pollDelayMs(looks: number, clock: Pick<Clock, 'random'>): number {
  const base = Math.min(SETTLED_MS, FIRST_MS * 2 ** Math.min(30, looks - 1));
  return base * (0.9 + clock.random() * 0.2);
}

/**
 * Looks until the state is over. Failures that may pass are waited through for as long as the patience lasts.
 * @throws ReelError: a failure that will not pass, `aborted`, or what `outOfPatience` gives
 */
export async function poll<State>(options: PollOptions<State>): Promise<State> {
  const { clock, signal } = options;
  const deadlineMs = clock.now() + options.timeoutMs;
  let [looks, failures] = [0, 0];
  let last: State | undefined;
  for (;;) {
    throwIfAborted(signal);
    const look = await options.look(deadlineMs - clock.now());
    looks += 1;
    failures = look.kind === 'failure' ? failures + 1 : 0;
    if (look.kind === 'state') {
      last = look.state;
      callSafely(options.onUpdate, last);
      if (options.isOver(last)) return last;
    } else if (!look.transient) {
      throw look.error;
    }
    const delayMs = delayAfter(look, looks, failures, options);
    const leftMs = deadlineMs - clock.now();
    if (leftMs > 0) await clock.wait(Math.min(delayMs, leftMs), signal);
    // One last look at the deadline, unless the service asked to be left alone for longer.
    const leaveAlone = look.kind === 'failure' && (look.retryAfterMs ?? 0) > leftMs;
    if (leftMs <= 0 || leaveAlone) throw options.outOfPatience(last, look.kind === 'failure' ? look.error : undefined);
  }
}

function delayAfter<State>(
  look: Look<State>,
  looks: number,
  failures: number,
  { clock, pollIntervalMs }: Pick<PollOptions<State>, 'clock' | 'pollIntervalMs'>,
): number {
  if (look.kind === 'state') return pollIntervalMs ?? askedMs(look.lookAgainAfterMs) ?? pollDelayMs(looks, clock);
  const backoff = { baseMs: Math.min(FIRST_MS, pollIntervalMs ?? FIRST_MS), maxMs: LONGEST_BACKOFF_MS };
  const restMs = Math.min(look.retryAfterMs ?? 0, LONGEST_ASKED_MS);
  return Math.max(restMs, backoffDelayMs(failures, backoff, clock));
}

function askedMs(ms: number | undefined): number | undefined {
  return ms === undefined || Number.isNaN(ms) ? undefined : Math.min(LONGEST_ASKED_MS, Math.max(SHORTEST_ASKED_MS, ms));
}
