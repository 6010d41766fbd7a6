import PQueue from 'p-queue';
import { type Clock, throwIfAborted } from '#lib/base/clock.ts';

/** DashScope allows 20 queries a second for a main account; two are left for whatever else uses the account. */
export const QUERIES_PER_WINDOW = 18;
/** A little over a second: times are whole milliseconds, and the server's second is not ours. */
export const WINDOW_MS = 1050;
/**
 * A request of which nobody hears again has arrived by then, or never will: 10 s are for its connection. Not covered is a
 * process that is stopped just before it sends, and goes on later than this: no count can call a request back.
 */
const LONGEST_FLIGHT_MS = 15_000;
/** An answer frees a place at a time that cannot be foretold. */
const LOOK_AGAIN_MS = 50;

/** `lost`: it failed or was cut short, so its last bytes may still be on their way. */
export const SLOT_PHASES = ['flying', 'answered', 'lost'] as const;
export type SlotPhase = (typeof SLOT_PHASES)[number];

/** One request that counts. */
export interface Slot {
  id: string;
  /** The process that makes the request. */
  owner: string;
  phase: SlotPhase;
  /** When this phase began. */
  sinceMs: number;
}

export interface SlotView {
  slots: readonly Slot[];
  /** A lower limit, where the slots of others are not known. */
  atMost?: number;
}

/** Where slots are written down for others that use the same account. */
export interface SlotBook {
  /** The process that writes: whether it still lives is the book's business. */
  readonly owner: string;
  /**
   * Gives `change` what others have written, writes down what it returns, and lets nobody in between.
   * @throws ReelError `aborted` by the signal, and no other
   */
  update<Result>(
    change: (view: SlotView) => { slots: readonly Slot[]; result: Result },
    signal?: AbortSignal,
  ): Promise<Result>;
}

/** For a process that shares with nobody: a limit knows its own slots without a book. */
export const ALONE: SlotBook = { owner: '', update: async (change) => change({ slots: [] }).result };

type Attempt = { slot: Slot } | { waitMs: number };

/**
 * Lets at most `limit` requests reach the server in any window of `windowMs`; the others wait in the order they came.
 *
 * A request counts from before it leaves until a window after its answer. Counting departures alone is not enough: a
 * first burst that spends half a second on TLS arrives together with the second one. This way, of all requests that
 * arrive within a window, the one that left last was let go while each of the others counted.
 */
export class RateLimit {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #clock: Clock;
  readonly #book: SlotBook;
  readonly #queue = new PQueue({ concurrency: 1 });
  /** Also in the book, unless it could not be written. */
  #own: readonly Slot[] = [];
  #publishing = false;

  constructor(limit: number, windowMs: number, clock: Clock, book: SlotBook = ALONE) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#clock = clock;
    this.#book = book;
  }

  /**
   * Makes the request when its turn has come.
   * @throws ReelError `aborted` by the signal before that; whatever `request` throws
   */
  async run<Result extends { kind: string }>(request: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const slot = await this.#enter(signal);
    let phase: SlotPhase = 'lost';
    try {
      const result = await request();
      if (result.kind === 'answer') phase = 'answered';
      return result;
    } finally {
      this.#leave(slot, phase);
    }
  }

  async #enter(signal: AbortSignal | undefined): Promise<Slot> {
    let slot: Slot | undefined;
    const take = async () => {
      slot = await this.#take(signal);
      return slot;
    };
    try {
      return await this.#queue.add(take, signal ? { signal } : {});
    } catch (error) {
      if (slot) this.#leave(slot, 'answered');
      throwIfAborted(signal);
      throw error;
    }
  }

  async #take(signal: AbortSignal | undefined): Promise<Slot> {
    for (;;) {
      throwIfAborted(signal);
      const attempt = await this.#book.update((view) => this.#attempt(view), signal);
      if ('waitMs' in attempt) {
        await this.#clock.wait(attempt.waitMs, signal);
        continue;
      }
      if (!signal?.aborted) return attempt.slot;
      // The queue has turned the caller away already, and nobody else would give the place back.
      this.#leave(attempt.slot, 'answered');
    }
  }

  #attempt(view: SlotView): { slots: readonly Slot[]; result: Attempt } {
    const nowMs = this.#clock.now();
    const slots = this.#counted(view.slots, nowMs);
    if (slots.length >= Math.min(this.#limit, view.atMost ?? this.#limit)) {
      return { slots, result: { waitMs: this.#waitMs(slots, nowMs) } };
    }
    const slot: Slot = { id: crypto.randomUUID(), owner: this.#book.owner, phase: 'flying', sinceMs: nowMs };
    this.#own = [...this.#own, slot];
    return { slots: [...slots, slot], result: { slot } };
  }

  /** What counts now: the slots of others, and our own as we know them. */
  #counted(others: readonly Slot[], nowMs: number): readonly Slot[] {
    const live = (slots: readonly Slot[]) =>
      slots.map((slot) => datedSlot(slot, nowMs)).filter((slot) => this.#endsAtMs(slot) > nowMs);
    this.#own = live(this.#own);
    const ownIds = new Set(this.#own.map(({ id }) => id));
    return [...live(others).filter(({ id }) => !ownIds.has(id)), ...this.#own];
  }

  #endsAtMs({ phase, sinceMs }: Slot): number {
    if (phase === 'flying') return sinceMs + LONGEST_FLIGHT_MS + this.#windowMs;
    return sinceMs + (phase === 'lost' ? 2 : 1) * this.#windowMs;
  }

  #waitMs(slots: readonly Slot[], nowMs: number): number {
    const soonestMs = Math.min(...slots.map((slot) => this.#endsAtMs(slot) - nowMs));
    const isSure = slots.length > 0 && slots.every(({ phase }) => phase !== 'flying');
    return isSure ? soonestMs : Math.min(soonestMs, LOOK_AGAIN_MS);
  }

  #leave(slot: Slot, phase: SlotPhase): void {
    const left: Slot = { ...slot, phase, sinceMs: this.#clock.now() };
    this.#own = [...this.#own.filter(({ id }) => id !== slot.id), left];
    this.#publish();
  }

  /** In the background: nobody has to wait for it, and what fails is written down with the next request. */
  #publish(): void {
    if (this.#publishing) return;
    this.#publishing = true;
    const update = this.#book.update((view) => {
      this.#publishing = false;
      return { slots: this.#counted(view.slots, this.#clock.now()), result: undefined };
    });
    update.catch(() => {
      this.#publishing = false;
    });
  }
}

/**
 * A slot from the future means that the clock was set back or the machine started anew. It is taken for one that was
 * answered just now: waiting for its time could take hours.
 */
export function datedSlot(slot: Slot, nowMs: number): Slot {
  return slot.sinceMs > nowMs ? { ...slot, phase: 'answered', sinceMs: nowMs } : slot;
}
