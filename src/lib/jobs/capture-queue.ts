import PQueue from 'p-queue';
import { abortError, type Clock } from '#lib/base/clock.ts';

/** A capture that waits longer than this between two tries gives its place to others meanwhile. */
const LONGEST_HELD_WAIT_MS = 2000;

/** Runs captures earliest deadline first, a bounded number at once: the link that expires first is fetched first. */
export class CaptureQueue {
  readonly #queue: PQueue;

  constructor(concurrency: number) {
    this.#queue = new PQueue({ concurrency });
  }

  /**
   * @param deadlineMs when the link expires, in ms since the epoch; undefined goes last
   * @param capture must do its waiting with the clock of the place that it is given
   * @throws ReelError `aborted` when the signal aborts before there is a place
   */
  async add<T>(
    deadlineMs: number | undefined,
    capture: (place: CapturePlace) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    // p-queue serves the highest priority first.
    const place = new CapturePlace(this.#queue, -(deadlineMs ?? Number.MAX_SAFE_INTEGER));
    await place.take(signal);
    try {
      return await capture(place);
    } finally {
      place.giveBack();
    }
  }
}

/** Of a queue. Not by the type of p-queue, whose declarations do not compile in every app. */
interface Turns {
  add(turn: () => Promise<void>, options: { priority: number }): Promise<unknown>;
}

/** One of the places of a queue, for one capture, which waits for nothing but in turn. */
export class CapturePlace {
  readonly #queue: Turns;
  readonly #priority: number;
  #release: (() => void) | undefined;

  constructor(queue: Turns, priority: number) {
    this.#queue = queue;
    this.#priority = priority;
  }

  /**
   * The clock for the capture in this place. A link that answers "later" for hours would else keep its place for hours,
   * from one that dies before: a long wait gives the place back, and ends when there is one again.
   */
  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      random: () => clock.random(),
      wait: async (ms, signal) => {
        if (ms <= LONGEST_HELD_WAIT_MS) return clock.wait(ms, signal);
        this.giveBack();
        await clock.wait(ms, signal);
        await this.take(signal);
      },
    };
  }

  /** Resolves when the place is held; a caller that stops waiting leaves it to the next one. */
  take(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError(signal));
      const onAbort = () => reject(abortError(signal));
      signal?.addEventListener('abort', onAbort, { once: true });
      const hold = () => {
        if (signal?.aborted) return Promise.resolve();
        signal?.removeEventListener('abort', onAbort);
        return new Promise<void>((release) => {
          this.#release = release;
          resolve();
        });
      };
      void this.#queue.add(hold, { priority: this.#priority });
    });
  }

  /** Without a place, or the second time, this changes nothing: a place that is given back is another's. */
  giveBack(): void {
    this.#release?.();
  }
}
