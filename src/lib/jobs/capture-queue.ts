import PQueue from 'p-queue';

/** Runs captures earliest deadline first, a bounded number at once: the link that dies first is fetched first. */
export class CaptureQueue {
  readonly #queue: PQueue;

  constructor(concurrency: number) {
    this.#queue = new PQueue({ concurrency });
  }

  /** @param deadlineMs when the link dies, in ms since the epoch; undefined goes last */
  add<T>(deadlineMs: number | undefined, capture: () => Promise<T>): Promise<T> {
    // p-queue serves the highest priority first.
    return this.#queue.add(capture, { priority: -(deadlineMs ?? Number.MAX_SAFE_INTEGER) });
  }
}
