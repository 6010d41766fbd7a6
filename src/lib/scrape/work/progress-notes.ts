import type { HeldRecord } from '#lib/jobs/lease/held-record.ts';
import { noteJob } from '#lib/scrape/record/processing-jobs.ts';
import type { ProcessingJobRecord, ScrapedRecord } from '#lib/scrape/record/record.ts';

/** Every write of a record is made durable: more often would cost more than it tells. */
const INTERVAL_MS = 5000;

type Note = Pick<ProcessingJobRecord, 'stage' | 'bytesReceived' | 'bytesTotal' | 'bytesUploaded'>;

/** Puts the progress of the running attempt on record now and then, for other processes. */
export class ProgressNotes {
  readonly #held: HeldRecord<ScrapedRecord>;
  readonly #stop: () => void;
  #latest: Partial<Note> = {};
  #written: Partial<Note> = {};
  #writing: Promise<unknown> = Promise.resolve();

  constructor(held: HeldRecord<ScrapedRecord>, every: (intervalMs: number, task: () => void) => () => void) {
    this.#held = held;
    this.#stop = every(INTERVAL_MS, () => this.#write());
  }

  note(note: Partial<Note>): void {
    this.#latest = { ...this.#latest, ...note };
  }

  /** What is new belongs into the next write of the record; resolves once none of these is under way. */
  async end(): Promise<Partial<Note>> {
    this.#stop();
    await this.#writing;
    return this.#latest;
  }

  #write(): void {
    if (this.#latest === this.#written) return;
    const latest = this.#latest;
    this.#written = latest;
    // One that fails is made up for by the next; whether the lease is lost, the heartbeat finds out.
    this.#writing = this.#held.patch((record) => noteJob(record, latest)).catch(() => {});
  }
}
