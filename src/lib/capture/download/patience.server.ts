import { formatDuration } from '#lib/base/amounts.ts';
import { backoffDelayMs } from '#lib/base/backoff.ts';
import type { ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import type { CaptureSettings } from '#lib/capture/types.ts';
import type { Link } from './link.server.ts';
import { Setback } from './setback.ts';

/** An absurd Retry-After must not sleep through the link's life. */
const LONGEST_RETRY_AFTER_MS = 60 * 60 * 1000;
/** Prevents a hot loop just before the deadline. */
const SHORTEST_BOUNDED_WAIT_MS = 1000;
/** How long to retry without progress if there is no deadline. */
const DEFAULT_PATIENCE_MS = 60_000;
/** How long past its deadline a link is still tried as long as the server answers, and a transfer may drag on. */
export const GRACE_MS = 60 * 60 * 1000;
/** One fault never ends a capture, however long it took to show. */
const FEWEST_FAILURES = 2;

/**
 * Decides after each setback: wait, get a fresh link, or give up. A result is fetched until its deadline passes; the
 * number of attempts is not limited, even if the server keeps rejecting them. Our clock does not prove that the deadline has
 * passed: it only ends this call, with the last setback's code, and never declares the link dead.
 */
export class Patience {
  readonly #settings: CaptureSettings;
  readonly #link: Link;
  #failures = 0;
  /** Time since the last progress in which no byte of the file came. */
  #quietMs = 0;
  /** The part of it since an attempt found no server that answers. */
  #unansweredMs = 0;
  /** Until when time is counted. */
  #countedMs: number;
  #isOver = false;
  /** The link has expired and the provider has not been asked for another yet. */
  #mayAskEarly = false;

  constructor(settings: CaptureSettings, link: Link) {
    this.#settings = settings;
    this.#link = link;
    this.#countedMs = settings.clock.now();
  }

  /** The file comes: this time is not quiet, even when an earlier attempt had got as far. */
  noteBytes(): void {
    this.#countedMs = this.#settings.clock.now();
  }

  /** Whether this attempt has been quiet for too long: a server can send what is no byte of the file for ever. */
  isSpent(nowMs: number): boolean {
    return nowMs - this.#countedMs > this.#patienceMs();
  }

  /**
   * Resolves when the next attempt may start.
   * @param progressed the attempt got bytes that no attempt had got before: the back-off starts anew
   * @throws ReelError when there is no point in another attempt
   */
  async after(setback: Setback, progressed: boolean, attempt: number): Promise<void> {
    this.#failures = progressed ? 1 : this.#failures + 1;
    this.#countQuiet(progressed, setback.status !== undefined);
    this.#lookAtDeadline();
    if (setback.kind === 'dead-link') return await this.#renew(setback, attempt);
    if (await this.#renewEarly(setback)) return this.#report(setback, attempt, 0);
    this.#endIfSpent(setback);
    if (setback.kind === 'start-over') this.#report(setback, attempt, 0);
    else await this.#wait(setback, attempt);
  }

  /** A whole file failed its checks: the one repeat waits like any other. */
  async beforeRepeat(error: ReelError, attempt: number): Promise<void> {
    this.#failures += 1;
    await this.#wait(new Setback('later', error.message, { code: error.code, status: 200 }), attempt);
  }

  #countQuiet(progressed: boolean, answered: boolean): void {
    const nowMs = this.#settings.clock.now();
    const { connectTimeoutMs, stallTimeoutMs } = this.#settings;
    const passedMs = nowMs - this.#countedMs;
    // More than any attempt lasts without a byte: the clock was set, or the machine slept.
    const isPossible = passedMs >= 0 && passedMs <= 6 * (connectTimeoutMs + 5 * stallTimeoutMs);
    const quietMs = isPossible ? passedMs : 0;
    this.#quietMs = (progressed ? 0 : this.#quietMs) + quietMs;
    this.#unansweredMs = answered ? 0 : this.#unansweredMs + quietMs;
    this.#countedMs = nowMs;
  }

  async #renew(setback: Setback, attempt: number): Promise<void> {
    try {
      await this.#link.renew(setback.message, this.#settings.clock.now(), this.#settings.signal);
      this.#report(setback, attempt, 0);
    } catch (error) {
      if (!(error instanceof Setback)) throw error;
      // The old link will answer the same again after the wait, and then the provider is asked again.
      this.#endIfSpent(error);
      await this.#wait(error, attempt);
    }
  }

  #lookAtDeadline(): void {
    const isOver = this.#link.leftMs(this.#settings.clock.now()) <= 0;
    if (isOver && !this.#isOver) {
      // Earlier waits no longer count: from now on the server has to show that the link still works.
      this.#quietMs = this.#unansweredMs = 0;
      this.#mayAskEarly = true;
    }
    this.#isOver = isOver;
  }

  /** An expired link is replaced as soon as the provider has another, unless it still delivers its file. */
  async #renewEarly({ status }: Setback): Promise<boolean> {
    const givesFile = status === 200 || status === 206;
    if (!this.#isOver || !this.#mayAskEarly || givesFile) return false;
    this.#mayAskEarly = false;
    return this.#link.renewEarly(this.#settings.clock.now(), this.#settings.signal);
  }

  #endIfSpent(setback: Setback): void {
    if (this.#failures < FEWEST_FAILURES || this.#leftMs() > 0) return;
    const last = `(last: ${setback.message})`;
    const reason = this.#isOver
      ? `the link's deadline has passed ${last}`
      : `no data was received for ${formatDuration(this.#quietMs)} ${last}`;
    throw this.#link.givenUp(reason, setback.code, setback);
  }

  /** For how much more quiet time this goes on. */
  #leftMs(): number {
    const graceMs = Math.min(GRACE_MS - this.#quietMs, DEFAULT_PATIENCE_MS - this.#unansweredMs);
    const isByGrace = this.#isOver && this.#settings.patienceMs === undefined;
    return isByGrace ? graceMs : this.#patienceMs() - this.#quietMs;
  }

  #patienceMs(): number {
    const usualMs = this.#link.deadline === undefined ? DEFAULT_PATIENCE_MS : Number.POSITIVE_INFINITY;
    return this.#settings.patienceMs ?? usualMs;
  }

  async #wait(setback: Setback, attempt: number): Promise<void> {
    const { clock, backoff, signal } = this.#settings;
    const asked = Math.min(setback.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
    const wanted = Math.max(backoffDelayMs(this.#failures, backoff, clock), asked);
    // Stay inside the deadline: a wait past it would give up the file without a last attempt.
    const leftMs = this.#link.leftMs(clock.now());
    const bound = leftMs > 0 ? Math.max(leftMs * 0.9, SHORTEST_BOUNDED_WAIT_MS) : Number.POSITIVE_INFINITY;
    const waitMs = Math.round(Math.min(wanted, bound, this.#patienceMs()));
    this.#report(setback, attempt, waitMs);
    await clock.wait(waitMs, signal);
    this.#quietMs += waitMs;
    if (setback.status === undefined) this.#unansweredMs += waitMs;
    this.#countedMs = clock.now();
  }

  #report(setback: Setback, attempt: number, waitMs: number): void {
    const reason = redactText(setback.message);
    this.#settings.report({ stage: 'retrying', attempt, waitMs, reason, code: setback.code });
  }
}
