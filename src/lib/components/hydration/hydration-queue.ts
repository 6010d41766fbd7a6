/** So short that even a phone, which takes several times as long for the same work, reacts to a press in between. */
const TASK_MS = 4;
/** What a visitor does, or is about to do, with a part that cannot react yet. */
const USES = ['pointerover', 'pointerdown', 'focusin', 'keydown', 'click'] as const;

export interface HydrationOptions {
  /** Runs a task after the browser has had the chance to react. */
  nextTask: (task: () => void) => void;
  nowMs: () => number;
  /** Where uses are noticed: the document. */
  uses: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
}

/**
 * The parts of the first page that were rendered by the server and are not hydrated yet. They are hydrated one after another,
 * in tasks so short that the browser can react in between; a part that is used is hydrated before the event reaches it.
 */
export class HydrationQueue {
  /** Part of the first page is not hydrated: the server may have rendered already what is rendered now. */
  isHydrating = true;
  readonly #options: HydrationOptions;
  readonly #waiting = new Map<EventTarget, () => void>();
  readonly #onDone: Array<() => void> = [];
  #isScheduled = false;

  constructor(options: HydrationOptions) {
    this.#options = options;
  }

  /**
   * @param start hydrates the part
   * @returns a function that removes the part from the queue
   */
  wait(place: EventTarget, start: () => void): () => void {
    if (this.#waiting.size === 0) this.#listen('addEventListener');
    this.#waiting.set(place, start);
    this.#schedule();
    return () => this.#leave(place);
  }

  /** Calls back once no part waits, which may be at once. */
  whenDone(callback: () => void): void {
    this.#onDone.push(callback);
    if (this.#waiting.size === 0) this.#end();
  }

  /** Hydrates all parts that wait, before another page replaces them: Svelte could not remove what it has not taken over. */
  finish(): void {
    for (const place of this.#waiting.keys()) this.#start(place);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.nextTask(() => {
      this.#isScheduled = false;
      this.#runTask();
    });
  }

  #runTask(): void {
    const endsAtMs = this.#options.nowMs() + TASK_MS;
    try {
      for (const place of this.#waiting.keys()) {
        this.#start(place);
        if (this.#options.nowMs() >= endsAtMs) break;
      }
    } finally {
      if (this.#waiting.size > 0) this.#schedule();
    }
  }

  #start(place: EventTarget): void {
    const start = this.#waiting.get(place);
    try {
      start?.();
    } finally {
      // Only now: a part may hold others, which wait from here on.
      this.#leave(place);
    }
  }

  #leave(place: EventTarget): void {
    if (this.#waiting.delete(place) && this.#waiting.size === 0) this.#end();
  }

  #end(): void {
    this.#listen('removeEventListener');
    if (this.#onDone.length === 0) return;
    this.isHydrating = false;
    for (const callback of this.#onDone.splice(0)) callback();
  }

  #listen(how: 'addEventListener' | 'removeEventListener'): void {
    for (const type of USES) this.#options.uses[how](type, this.#use, { capture: true, passive: true });
  }

  /** The outer one first: the inner one waits only since then. */
  readonly #use = (event: Event): void => {
    const path = event.composedPath();
    for (const place of this.#waiting.keys()) if (path.includes(place)) this.#start(place);
  };
}
