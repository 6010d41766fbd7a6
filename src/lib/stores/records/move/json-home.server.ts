import { existsSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { makeFolder } from '#lib/base/disk/durable-create.server.ts';
import { syncFolder, writeFileDurably } from '#lib/base/disk/durable-publish.server.ts';
import { acquireFileLock } from '#lib/base/disk/file-lock.server.ts';
import { realTarget } from '#lib/base/disk/paths.server.ts';
import { formatDocument, parseDocument } from '../json-document.ts';
import type { RecordPart } from '../record-store.ts';
import { RecordTable } from '../record-table.ts';
import { readRow } from '../sql/read-row.ts';
import { markPathOf, markText, readMark, type StoreMark } from '../store-mark.server.ts';
import { assertNobodyWorks } from './held-records.server.ts';
import type { PartHome, RecordText } from './part-home.ts';
import type { Transfer } from './transfer.ts';

/** The records of a part in their JSON file. What was moved away stays beside it as `<file>.moved-<time>`. */
export function jsonHome<R>(part: RecordPart<R>, jsonPath: string, clock: Clock = systemClock): PartHome {
  return new JsonHome(part, jsonPath, clock);
}

class JsonHome<R> implements PartHome {
  readonly name: string;
  readonly #part: RecordPart<R>;
  readonly #path: string;
  readonly #clock: Clock;

  constructor(part: RecordPart<R>, path: string, clock: Clock) {
    this.name = path;
    this.#part = part;
    this.#path = path;
    this.#clock = clock;
  }

  async look() {
    const mark = readMark(this.#path);
    const arrivedBy = mark?.arrivedBy;
    const records = this.#table().size;
    return { exists: existsSync(this.#path), records, transfer: mark?.transfer, arrivedBy };
  }

  freeze(transfer: Transfer): Promise<void> {
    return this.#locked(async () => {
      assertNobodyWorks(this.#part.name, this.#texts(), this.#clock.now());
      await this.#mark({ transfer });
    });
  }

  async *read(): AsyncIterable<RecordText> {
    yield* this.#texts();
  }

  async readMark(): Promise<StoreMark | undefined> {
    return readMark(this.#path);
  }

  async fill(transfer: Transfer, records: AsyncIterable<RecordText>, mark: StoreMark | undefined): Promise<void> {
    const table = new RecordTable<R>();
    const where = `the records of ${this.#part.name} from ${transfer.place}`;
    for await (const { key, content } of records) table.set(key, readRow(content, key, where, this.#part.format));
    await this.#locked(async () => {
      await this.#mark({ ...mark, hasRecords: table.size > 0, transfer });
      await writeFileDurably(realTarget(this.#path), formatDocument(table));
    });
  }

  open(moveId: string): Promise<void> {
    return this.#locked(() => this.#mark({ transfer: undefined, arrivedBy: moveId }));
  }

  leave(transfer: Transfer): Promise<void> {
    return this.#locked(async () => {
      const target = realTarget(this.#path);
      // The mark last: a process that is killed in between completes this when the move is run again.
      const kept = `${target}.moved-${transfer.at.replaceAll(/[:.]/g, '-')}`;
      if (existsSync(target)) await rename(target, kept);
      await syncFolder(dirname(target));
      await this.#mark({ hasRecords: false, lost: undefined, transfer: { ...transfer, state: 'moved' } });
    });
  }

  giveUp(moveId: string): Promise<void> {
    return this.#locked(async () => {
      const transfer = readMark(this.#path)?.transfer;
      if (transfer?.moveId !== moveId) return;
      if (transfer.state === 'filling') await rm(realTarget(this.#path), { force: true });
      await this.#mark({ transfer: undefined });
    });
  }

  #table(): RecordTable<R> {
    if (!existsSync(this.#path)) return new RecordTable<R>();
    return parseDocument(readFileSync(this.#path), this.#path, this.#part.format);
  }

  *#texts(): Iterable<RecordText> {
    const table = this.#table();
    for (const key of table.keys()) yield { key, content: JSON.stringify(table.peek(key)) };
  }

  async #mark(change: Partial<StoreMark>): Promise<void> {
    const mark = { hasRecords: false, ...readMark(this.#path), ...change };
    await writeFileDurably(markPathOf(this.#path), markText(mark));
  }

  async #locked<T>(work: () => Promise<T>): Promise<T> {
    const target = realTarget(this.#path);
    try {
      makeFolder(dirname(target));
      const lock = await acquireFileLock(`${target}.lock.db`, { clock: this.#clock });
      try {
        return await work();
      } finally {
        lock.release();
      }
    } catch (error) {
      throw diskError(error, this.#path);
    }
  }
}
