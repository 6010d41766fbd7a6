import { dirname, resolve } from 'node:path';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { makeFolder } from '#lib/base/disk/durable-create.server.ts';
import { writeFileDurably } from '#lib/base/disk/durable-publish.server.ts';
import { acquireFileLock, type FileLock } from '#lib/base/disk/file-lock.server.ts';
import { realTarget, removeAbandonedTemporaries } from '#lib/base/disk/paths.server.ts';
import { applyMutation, type Trial } from './apply-mutation.ts';
import { findRecords, pageOf } from './find-records.ts';
import { formatDocument } from './json-document.ts';
import { JsonFileReader } from './json-file-reader.server.ts';
import { RecordIndex } from './record-index.ts';
import type { LocalRecordStore, Mutation, RecordFormat, StepNeeds } from './record-store.ts';
import type { RecordTable } from './record-table.ts';
import {
  type MarkChange,
  type MarkedStore,
  markAfter,
  markBefore,
  markPathOf,
  markText,
  readMark,
  type StoreMark,
} from './store-mark.server.ts';
import { type PendingUpdate, type Settle, UpdateQueue } from './update-queue.ts';

export interface JsonFileStoreOptions<R> {
  /** The JSON file; created as `[]`, with its folder, when missing. Relative paths count from the current folder. */
  path: string;
  format: RecordFormat<R>;
  /** Names the records in messages; default: the name of the file. */
  name?: string;
  /** Keeps a marker file (`StoreMark`), which distinguishes an emptied or removed file from a new one. */
  isMarked?: boolean;
  /** The folder is its owner's to make: where it is missing, reads find no records, and an update rejects as `disk`. */
  needsFolder?: boolean;
  clock?: Clock;
  /** How long an update waits for other processes before it rejects as `busy`; default 30 s. */
  lockTimeoutMs?: number;
}

/** The synchronous reads never wait for a writer. @throws ReelError `store-corrupt`, `disk-denied` or `disk` */
export interface JsonFileStore<R> extends LocalRecordStore<R>, MarkedStore {
  /** Absolute. */
  readonly path: string;
  /** As `readMark`. */
  markSync(): StoreMark | undefined;
}

/**
 * Records in one JSON file that several processes of one machine may read and update at once.
 * Updates that wait at the same time are written together: one lock, one read, one durable write. Each write costs the
 * whole file (about 40 ms at 10 000 records), so this suits up to a few thousand. Not for network file systems: the
 * lock needs a local kernel.
 *
 * `update` rejects with what the mutator throws, or with a ReelError: `invalid-input` (the new record does not match
 * the schema or belongs to another key), `store-corrupt`, `busy`, `disk-full`, `disk-denied`, `disk`. After a disk
 * error the file holds the old records; only when syncing the folder failed may it already hold the new ones.
 */
export function createJsonFileStore<R>(options: JsonFileStoreOptions<R>): JsonFileStore<R> {
  const path = resolve(options.path);
  const { format, clock = systemClock } = options;
  const reader = new JsonFileReader(path, format, options);
  const lockOptions = { clock, timeoutMs: options.lockTimeoutMs ?? 30_000, needsFolder: options.needsFolder ?? false };
  // Separate from the writer's, which is ahead of the file while it writes.
  const index = new RecordIndex(format);
  const writer = new GroupWriter(path, format, reader, lockOptions, options.isMarked ?? false);
  const followed = () => {
    index.follow(reader.read());
    return index;
  };
  return {
    path,
    listSync: () => reader.read().list(),
    getSync: (key) => reader.read().get(key),
    total: async (name) => followed().total(name),
    totalSync: (name) => followed().total(name),
    totals: async (prefix) => followed().totals(prefix),
    get: async (key) => reader.read().get(key),
    find: async function* (query = {}) {
      yield* findRecords(reader.read(), format, query);
    },
    page: async (list, query) => pageOf(reader.read(), format, list, query),
    count: async () => reader.read().size,
    update: (key, mutate, needs) => writer.update(key, mutate, needs),
    changes: async (since) => reader.changes(since),
    markSync: () => readMark(path),
    readMark: async () => readMark(path),
    updateMark: (change) => writer.updateMark(change),
  };
}

interface LockOptions {
  clock: Clock;
  timeoutMs: number;
  needsFolder: boolean;
}

class GroupWriter<R> {
  readonly #path: string;
  readonly #format: RecordFormat<R>;
  readonly #reader: JsonFileReader<R>;
  readonly #index: RecordIndex<R>;
  readonly #lockOptions: LockOptions;
  readonly #keepsMark: boolean;
  readonly #queue = new UpdateQueue<R>((take) => this.#commitWaiting(take));
  #hasSwept = false;
  #isMarkTrue = false;

  constructor(
    path: string,
    format: RecordFormat<R>,
    reader: JsonFileReader<R>,
    lockOptions: LockOptions,
    keepsMark: boolean,
  ) {
    this.#path = path;
    this.#format = format;
    this.#reader = reader;
    this.#index = new RecordIndex(format);
    this.#lockOptions = lockOptions;
    this.#keepsMark = keepsMark;
  }

  update(key: string, mutate: Mutation<R>, needs: StepNeeds | undefined): Promise<R | undefined> {
    return this.#queue.update(key, mutate, needs);
  }

  async updateMark(change: MarkChange): Promise<void> {
    const path = this.#path;
    const lock = await this.#lock(realTarget(path));
    try {
      this.#reader.assertInUse();
      const mark = readMark(path);
      const next = await change(mark, this.#reader.read().size === 0);
      if (next !== mark) await writeFileDurably(markPathOf(path), markText(next));
    } catch (error) {
      throw diskError(error, path);
    } finally {
      lock.release();
    }
  }

  async #commitWaiting(take: () => readonly PendingUpdate<R>[]): Promise<Settle[]> {
    const target = realTarget(this.#path);
    let lock: FileLock | undefined;
    try {
      lock = await this.#lock(target);
      return await this.#commit(take(), target);
    } catch (error) {
      throw diskError(error, target);
    } finally {
      lock?.release();
    }
  }

  #lock(target: string): Promise<FileLock> {
    if (!this.#lockOptions.needsFolder) makeFolder(dirname(target));
    return acquireFileLock(`${target}.lock.db`, this.#lockOptions);
  }

  async #commit(group: readonly PendingUpdate<R>[], target: string): Promise<Settle[]> {
    const before = this.#reader.readInUse();
    this.#sweepOnce(target);
    const table = this.#index.trialOf(before);
    const trial = { table, index: this.#index, format: this.#format };
    const settle = group.map((update) => this.#apply(trial, update));
    if (table.isChanged) await this.#markAround(before, table, () => this.#write(target, table));
    return settle;
  }

  async #write(target: string, table: RecordTable<R>): Promise<void> {
    const bytes = Buffer.from(formatDocument(table));
    await writeFileDurably(target, bytes);
    this.#reader.remember(bytes, table);
  }

  /** Keeps the marker up to date: it only changes with the first write, and when the file becomes empty or non-empty. */
  async #markAround(before: RecordTable<R>, table: RecordTable<R>, write: () => Promise<void>): Promise<void> {
    if (!this.#keepsMark || (this.#isMarkTrue && before.size > 0 && table.size > 0)) return write();
    const path = this.#path;
    const keys = { before: before.keys(), after: table.keys(), seen: this.#reader.lastFilled?.keys() };
    const mark = readMark(path);
    const first = markBefore(mark, keys);
    this.#isMarkTrue = first === undefined || (await this.#tryToMark(first));
    await write();
    const last = markAfter(first ?? mark, keys);
    this.#isMarkTrue &&= last === undefined || (await this.#tryToMark(last));
  }

  /** The records matter more than their marker; the next write tries again. */
  #tryToMark(mark: StoreMark): Promise<boolean> {
    return writeFileDurably(markPathOf(this.#path), markText(mark)).then(
      () => true,
      () => false,
    );
  }

  /** Applies one update and returns how to notify its caller once the group is on disk. */
  #apply(trial: Trial<R>, update: PendingUpdate<R>): Settle {
    try {
      const stored = applyMutation(trial, update, this.#lockOptions.clock.now());
      return () => update.resolve(stored);
    } catch (error) {
      return () => update.reject(error);
    }
  }

  /** A killed writer leaves its temporary file behind; while we hold the lock no other process is using one. */
  #sweepOnce(target: string): void {
    if (this.#hasSwept) return;
    this.#hasSwept = true;
    removeAbandonedTemporaries(target);
    if (this.#keepsMark) removeAbandonedTemporaries(markPathOf(target));
  }
}
