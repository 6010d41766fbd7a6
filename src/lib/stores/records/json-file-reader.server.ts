import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { createFileDurablySync } from '#lib/base/disk/durable-create.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { ReelError } from '#lib/base/errors.ts';
import { ChangeLog } from './change-log.ts';
import { parseDocument } from './json-document.ts';
import { assertInUse } from './move/transfer.ts';
import type { Changes, RecordFormat } from './record-store.ts';
import { RecordTable } from './record-table.ts';
import { readMark } from './store-mark.server.ts';

interface Version {
  /** Differs whenever the file was replaced, except as described by `isSettled`. */
  readonly identity: string;
  readonly isSettled: boolean;
}

interface Snapshot<R> extends Version {
  readonly bytes: Buffer;
  readonly table: RecordTable<R>;
}

// Time stamps of files advance in steps of up to 10 ms (Linux: one tick), and a freed inode is used again at once.
const TIME_STAMP_STEP_MS = 50;

/**
 * Reads the records file without a lock and without waiting. Writers replace the file by a rename, so whatever is read
 * through one open file is one whole version. Parses only when the content has changed.
 */
export class JsonFileReader<R> {
  readonly #name: string;
  readonly #path: string;
  readonly #format: RecordFormat<R>;
  readonly #needsFolder: boolean;
  readonly #log = new ChangeLog();
  /** The version that the log covers. */
  #logged: RecordTable<R> | undefined;
  #known: Snapshot<R> | undefined;
  #lastFilled: RecordTable<R> | undefined;

  /** @param options as `JsonFileStoreOptions` */
  constructor(path: string, format: RecordFormat<R>, options: { name?: string; needsFolder?: boolean } = {}) {
    this.#name = options.name ?? basename(path);
    this.#needsFolder = options.needsFolder ?? false;
    this.#path = path;
    this.#format = format;
  }

  /**
   * The current records; a missing file is created, if the folder allows it and it did not exist before, and read as empty.
   * @throws ReelError `store-corrupt`, `disk-denied` or `disk`, also for anything but a plain file; `config` as `assertInUse`
   */
  read(): RecordTable<R> {
    return this.#unchanged() ?? this.readInUse();
  }

  /** As `read`, also where the file has not changed: for who is going to write. @throws ReelError as `read` */
  readInUse(): RecordTable<R> {
    this.assertInUse();
    return this.#unchanged() ?? this.#load() ?? this.#createAndLoad() ?? new RecordTable<R>();
  }

  /** @throws ReelError `config` if the records were moved to a database, or are being moved */
  assertInUse(): void {
    assertInUse(this.#name, this.#path, readMark(this.#path)?.transfer);
  }

  /** Lets the next read skip parsing what this process has just written; it still compares the bytes. */
  remember(bytes: Buffer, table: RecordTable<R>): void {
    this.#know({ identity: 'just written', isSettled: false, bytes, table });
  }

  /** The records of the last version with any that this process has read or written. */
  get lastFilled(): RecordTable<R> | undefined {
    return this.#lastFilled;
  }

  /** What has changed, in any process, since that cursor. */
  changes(since: string | undefined): Changes {
    const table = this.read();
    // Compared only on request: every write makes a new version.
    const keys = this.#logged ? table.changedSince(this.#logged) : [];
    if (keys.length > 0) this.#log.note(keys);
    this.#logged = table;
    return this.#log.since(since);
  }

  #know(snapshot: Snapshot<R>): RecordTable<R> {
    this.#known = snapshot;
    if (snapshot.table.size > 0) this.#lastFilled = snapshot.table;
    return snapshot.table;
  }

  #unchanged(): RecordTable<R> | undefined {
    const known = this.#known;
    return known?.isSettled && known.identity === this.#version()?.identity ? known.table : undefined;
  }

  #version(): Version | undefined {
    try {
      const stats = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
      return stats && versionOf(stats);
    } catch (error) {
      throw diskError(error, this.#path, 'recording', 'read');
    }
  }

  #load(): RecordTable<R> | undefined {
    const file = readWhole(this.#path);
    if (!file) return undefined;
    const known = this.#known;
    const isSame = known?.bytes.equals(file.bytes);
    if (known && isSame) return this.#know({ ...file, table: known.table });
    return this.#know({ ...file, table: parseDocument(file.bytes, this.#path, this.#format, known?.table) });
  }

  #createAndLoad(): RecordTable<R> | undefined {
    // A file that disappeared should be restored: nothing replaces it until something is to be written.
    if (this.#needsFolder || readMark(this.#path)?.hasRecords) return undefined;
    try {
      createFileDurablySync(this.#path, '[]\n');
    } catch {
      // A read also works on a read-only or full disk.
    }
    return this.#load();
  }
}

/** Without it, opening a pipe blocks the whole process until there is a writer. Undefined on Windows. */
const { O_NONBLOCK = 0, O_RDONLY } = constants;

function readWhole(path: string): (Version & { bytes: Buffer }) | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, O_RDONLY | O_NONBLOCK);
    const stats = fstatSync(descriptor, { bigint: true });
    // A device such as /dev/zero never ends, and a read without waiting cannot be stopped.
    if (!stats.isFile()) throw notPlain(path, stats.isDirectory() ? 'a folder' : 'a device or a pipe');
    return { ...versionOf(stats), bytes: readFileSync(descriptor) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw diskError(error, path, 'recording', 'read');
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function notPlain(path: string, what: string): ReelError {
  const advice = 'Move it away, or choose another path for the records.';
  return new ReelError('disk', `${path} cannot hold the records: it is ${what}, not a plain file. ${advice}`, {
    stage: 'recording',
  });
}

/**
 * A version is settled once its time stamp is so old that a later one must differ. Before that, two commits within one
 * tick can carry the same inode, times and size, so the bytes have to be compared (git knows this as a racy index).
 */
function versionOf(stats: { dev: bigint; ino: bigint; mtimeNs: bigint; ctimeNs: bigint; size: bigint }): Version {
  const { dev, ino, mtimeNs, ctimeNs, size } = stats;
  // The kernel's clock, not an injected one: it is compared with the kernel's time stamps.
  const ageMs = Date.now() - Number(ctimeNs / 1_000_000n);
  return { identity: [dev, ino, mtimeNs, ctimeNs, size].join(':'), isSettled: ageMs > TIME_STAMP_STEP_MS };
}
