import { abortError } from '#lib/base/clock.ts';

interface Waiting {
  bytes: number;
  start: () => void;
}

/**
 * What the parts of all uploads of a process may hold in memory together. Those that do not fit wait for their turn: in the
 * order in which they came, so that small files do not keep a large one waiting for ever.
 */
export class UploadMemory {
  readonly #mostBytes: number;
  #inUse = 0;
  #waiting: Waiting[] = [];

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Held now. */
  get bytesInUse(): number {
    return this.#inUse;
  }

  /**
   * Does the work while it may hold so much. More than there is at all has everything to itself.
   * @throws ReelError `aborted`; what `work` throws
   */
  async hold<T>(bytes: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const held = Math.min(bytes, this.#mostBytes);
    await this.#take(held, signal);
    try {
      return await work();
    } finally {
      this.#inUse -= held;
      this.#startWaiting();
    }
  }

  #take(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError(signal));
      const one: Waiting = {
        bytes,
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== one);
        reject(abortError(signal));
        // It may have been what the others were waiting behind.
        this.#startWaiting();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(one);
      this.#startWaiting();
    });
  }

  #startWaiting(): void {
    for (let next = this.#waiting[0]; next && this.#inUse + next.bytes <= this.#mostBytes; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#inUse += next.bytes;
      next.start();
    }
  }
}
