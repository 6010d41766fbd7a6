import * as z from 'zod';
import type { RecordPart, RecordStore } from '#lib/stores/records/record-store.ts';

/** Long enough for two heartbeats to fail. */
const LEASE_TTL_MS = 120_000;
export const HEARTBEAT_MS = 30_000;
const isoTime = z.iso.datetime();

/** An upload in parts that has begun: on record before its first part, until it is complete or aborted. */
export const uploadSchema = z.looseObject({
  /** Of this record: place, key and upload id. */
  id: z.string(),
  /** `s3://bucket`, with the endpoint that has it. */
  place: z.string(),
  key: z.string(),
  uploadId: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  sha256: z.string(),
  partBytes: z.number().int().positive(),
  startedAt: isoTime,
  /** The process that uploads; another may take over once it is dead or the lease has run out. */
  owner: z.string(),
  leasedUntil: isoTime,
});
export type UploadRecord = z.infer<typeof uploadSchema>;

/** For `recordStores`, and for copying records from one kind of store to another. */
export const uploadRecords: RecordPart<UploadRecord> = {
  name: 'asset-uploads',
  format: {
    schema: uploadSchema,
    keyOf: ({ id }) => id,
    claimsOf: () => [],
    totalsOf: () => ({}),
    isUnfinished: () => true,
    dueMs: ({ leasedUntil }) => Date.parse(leasedUntil),
    taskIdsOf: () => [],
  },
};

export interface UploadOwner {
  /** This process. */
  name: string;
  isSurelyDead(owner: string): boolean;
}

export type NewUpload = Pick<UploadRecord, 'key' | 'uploadId' | 'sizeBytes' | 'sha256' | 'partBytes'>;

/** The uploads of one bucket that are under way, of all processes. */
export class UploadJournal {
  readonly #records: RecordStore<UploadRecord>;
  readonly #place: string;
  readonly #owner: UploadOwner;

  constructor(records: RecordStore<UploadRecord>, place: string, owner: UploadOwner) {
    this.#records = records;
    this.#place = place;
    this.#owner = owner;
  }

  /** Durable when it resolves. */
  async begin(upload: NewUpload): Promise<UploadRecord> {
    const id = `${this.#place}/${upload.key} ${upload.uploadId}`;
    const begun = await this.#records.update(id, (_current, { nowMs }) => ({
      ...{ ...upload, id, place: this.#place, startedAt: new Date(nowMs).toISOString() },
      ...this.#lease(nowMs),
    }));
    // A record store gives back what it has stored.
    return begun ?? this.begin(upload);
  }

  /** Uploads of this key, or of all keys below a prefix that ends with a slash. */
  async *find(keyOrPrefix: string): AsyncGenerator<UploadRecord> {
    const isPrefix = keyOrPrefix === '' || keyOrPrefix.endsWith('/');
    const start = `${this.#place}/${keyOrPrefix}${isPrefix ? '' : ' '}`;
    for await (const one of this.#records.find({ after: start })) {
      if (!one.id.startsWith(start)) return;
      if (isPrefix || one.key === keyOrPrefix) yield one;
    }
  }

  /**
   * Makes the upload this process's own, unless a living process has it.
   * @param graceMs how long after the end of its lease an upload is still left to whoever resumes it
   */
  async takeOver({ id }: UploadRecord, graceMs = 0): Promise<UploadRecord | undefined> {
    let taken = false;
    const record = await this.#records.update(id, (current, { nowMs }) => {
      taken = current !== undefined && this.#isFree(current, nowMs, graceMs);
      return current && taken ? { ...current, ...this.#lease(nowMs) } : current;
    });
    return taken ? record : undefined;
  }

  async renew({ id }: UploadRecord): Promise<void> {
    await this.#records.update(id, (current, { nowMs }) =>
      current?.owner === this.#owner.name ? { ...current, ...this.#lease(nowMs) } : current,
    );
  }

  /** Leaves the upload to whoever resumes or aborts it. */
  async release({ id }: UploadRecord): Promise<void> {
    await this.#records.update(id, (current, { nowMs }) =>
      current?.owner === this.#owner.name ? { ...current, leasedUntil: new Date(nowMs).toISOString() } : current,
    );
  }

  /** The upload is complete, or aborted. */
  async end({ id }: UploadRecord): Promise<void> {
    await this.#records.update(id, () => undefined);
  }

  #lease(nowMs: number): Pick<UploadRecord, 'owner' | 'leasedUntil'> {
    return { owner: this.#owner.name, leasedUntil: new Date(nowMs + LEASE_TTL_MS).toISOString() };
  }

  #isFree({ owner, leasedUntil }: UploadRecord, nowMs: number, graceMs: number): boolean {
    const leftMs = Date.parse(leasedUntil) - nowMs;
    // One that lies further ahead than a lease lasts was dated by a wrong clock.
    if (leftMs > 2 * LEASE_TTL_MS) return true;
    const isHeld = leftMs > 0 && !this.#owner.isSurelyDead(owner);
    return !isHeld && (graceMs === 0 || -leftMs >= graceMs);
  }
}
