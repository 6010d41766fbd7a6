import { backoffDelayMs } from '#lib/base/backoff.ts';
import type { ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import type { Link } from './link.server.ts';
import { Setback } from './setback.ts';
import type { CaptureSettings } from './settings.server.ts';

/** An absurd Retry-After must not sleep through the link's life. */
const LONGEST_RETRY_AFTER_MS = 60 * 60 * 1000;
/** Even at the very end of the deadline no hot loop. */
const SHORTEST_BOUNDED_WAIT_MS = 1000;

/**
 * Decides after each setback: wait, get a fresh link, or give up. A result is fetched until its deadline passes: no count of
 * tries ends it, whatever the server answers meanwhile.
 */
export class Patience {
  readonly #settings: CaptureSettings;
  readonly #link: Link;
  #failures = 0;

  constructor(settings: CaptureSettings, link: Link) {
    this.#settings = settings;
    this.#link = link;
  }

  /**
   * Resolves when the next attempt may start.
   * @param progressed the attempt got bytes that no attempt had got before: the back-off starts anew
   * @throws ReelError when no attempt makes sense any more
   */
  async after(setback: Setback, progressed: boolean, attempt: number): Promise<void> {
    this.#failures = progressed ? 1 : this.#failures + 1;
    if (setback.kind === 'dead-link') return await this.#renew(setback, attempt);
    const { clock } = this.#settings;
    if (clock.now() >= this.#link.deadline.getTime()) {
      return await this.#renew(new Setback('dead-link', `its time is over (last: ${setback.message})`), attempt);
    }
    if (setback.kind === 'start-over') this.#report(setback, attempt, 0);
    else await this.#wait(setback, attempt);
  }

  /** A whole file failed its checks: the one repeat waits like any other. */
  async beforeRepeat(error: ReelError, attempt: number): Promise<void> {
    this.#failures += 1;
    await this.#wait(new Setback('later', error.message, { code: error.code }), attempt);
  }

  async #renew(setback: Setback, attempt: number): Promise<void> {
    try {
      await this.#link.renew(setback.message, this.#settings.clock.now(), this.#settings.signal);
      this.#report(setback, attempt, 0);
    } catch (error) {
      if (!(error instanceof Setback)) throw error;
      // The old link will answer the same again after the wait, and then the provider is asked again.
      await this.#wait(error, attempt);
    }
  }

  async #wait(setback: Setback, attempt: number): Promise<void> {
    const { clock, backoff, signal } = this.#settings;
    const asked = Math.min(setback.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
    const wanted = Math.max(backoffDelayMs(this.#failures, backoff, clock), asked);
    // Stay inside the deadline: a wait past it would give the file up without a last try.
    const leftMs = this.#link.deadline.getTime() - clock.now();
    const waitMs = Math.round(Math.min(wanted, Math.max(leftMs * 0.9, SHORTEST_BOUNDED_WAIT_MS)));
    this.#report(setback, attempt, waitMs);
    await clock.wait(waitMs, signal);
  }

  #report(setback: Setback, attempt: number, waitMs: number): void {
    const reason = redactText(setback.message);
    this.#settings.report({ stage: 'retrying', attempt, waitMs, reason, code: setback.code });
  }
}
