import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Mutation } from '#lib/stores/records/record-store.ts';
import { type Counter, counterDatabase, increment } from '../../../fixtures/records/counters.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const MIB = 1024 * 1024;
const newPath = () => join(temporaryFolder(), 'counters.db');
const walBytes = (path: string) => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;

/** Reads without a pause, in a thread of its own: of three of these one is always in the middle. */
async function busyReader(path: string): Promise<() => Promise<number>> {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(workerData, { timeout: 5000 });
    const read = database.prepare('select count(*) as records from reelkeep_records');
    let reads = 0;
    let isOver = false;
    parentPort.on('message', () => (isOver = true));
    const look = () => {
      database.exec('begin');
      read.get();
      reads += 1;
      // Longer than a write takes, and shorter than a checkpoint waits.
      setTimeout(() => {
        database.exec('commit');
        if (!isOver) return look();
        database.close();
        parentPort.postMessage(reads);
        parentPort.close();
      }, 20);
    };
    parentPort.postMessage('reading');
    look();`;
  const worker = new Worker(code, { eval: true, workerData: path });
  onTestFinished(() => void worker.terminate());
  await once(worker, 'message');
  return async () => {
    worker.postMessage('stop');
    const [reads] = await once(worker, 'message');
    return reads;
  };
}

/** Each write is as large as a record with a long text. */
async function writeMuch(path: string, mebibytes: number, onWrite: () => void): Promise<void> {
  const store = counterDatabase(path);
  onTestFinished(() => store.close());
  for (let index = 0; index < mebibytes; index += 1) {
    await store.update(`k${index % 4}`, largeCounter(`k${index % 4}`));
    onWrite();
  }
}

/** Another text each time: SQLite leaves pages alone that stay as they are. */
function largeCounter(id: string): Mutation<Counter> {
  return (current) => {
    const count = (current?.count ?? 0) + 1;
    return { id, count, text: String(count % 10).repeat(MIB) };
  };
}

describe('the write-ahead log', () => {
  it('is bounded although somebody always reads', async () => {
    const path = newPath();
    const first = counterDatabase(path);
    await first.update('k0', increment('k0'));
    first.close();
    const readers = await Promise.all([1, 2, 3].map(() => busyReader(path)));
    let largest = 0;
    await writeMuch(path, 150, () => {
      largest = Math.max(largest, walBytes(path));
    });
    const reads = await Promise.all(readers.map((stop) => stop()));
    expect(Math.min(...reads)).toBeGreaterThan(0);
    expect(largest).toBeLessThan(100 * MIB);
    expect(walBytes(path)).toBeLessThan(64 * MIB);
  });

  it('is cut as soon as a reader ends that has held it up, and until then holds nobody up', async () => {
    const path = newPath();
    const checkpoints: number[] = [];
    const open = (name: string) => {
      const database = new DatabaseSync(name, { timeout: 5000 });
      const { exec } = database;
      database.exec = (text) => {
        if (text.includes('wal_checkpoint')) checkpoints.push(walBytes(path));
        return exec.call(database, text);
      };
      return database;
    };
    const store = counterDatabase(path, { open });
    onTestFinished(() => store.close());
    await store.update('k0', increment('k0'));
    const reader = new DatabaseSync(path);
    reader.exec('begin');
    reader.prepare('select * from reelkeep_records').all();
    const write = () => store.update('k0', largeCounter('k0'));
    for (let index = 0; index < 70; index += 1) await write();
    expect(walBytes(path)).toBeGreaterThan(64 * MIB);
    // Not with each commit: it waits every time.
    expect(checkpoints.length).toBe(2);
    reader.exec('commit');
    reader.close();
    for (let index = 0; index < 40; index += 1) await write();
    expect(walBytes(path)).toBeLessThan(40 * MIB);
  });
});

describe('the documented copy', () => {
  it('of a database in use has every committed record, and is restored by the documented steps', async () => {
    const document = readFileSync(join(import.meta.dirname, '../../../../docs/databases.md'), 'utf8');
    const [, sql = ''] = /sqlite3 data\/reelkeep\.db "(.*)"/.exec(document) ?? [];
    const steps = document.replace(/\s+/g, ' ');
    expect(steps).toContain(
      'stop Reelkeep, remove `reelkeep.db-wal` and `reelkeep.db-shm`, and put the copy in the place of `reelkeep.db`',
    );
    const path = newPath();
    const store = counterDatabase(path);
    for (let index = 0; index < 100; index += 1) await store.update(`k${index}`, increment(`k${index}`));
    // What the file alone lacks.
    expect(walBytes(path)).toBeGreaterThan(0);
    const copy = join(temporaryFolder(), 'copy.db');
    const other = new DatabaseSync(path);
    other.exec(sql.replace('copy.db', copy));
    other.close();
    for (let index = 0; index < 10; index += 1) await store.update(`k${index}`, increment(`k${index}`));
    store.close();
    for (const side of ['-wal', '-shm']) rmSync(path + side, { force: true });
    renameSync(copy, path);
    const restored = counterDatabase(path);
    expect(restored.listSync()).toEqual(Array.from({ length: 100 }, (_, index) => ({ id: `k${index}`, count: 1 })));
    expect(await restored.update('k0', increment('k0'))).toMatchObject({ count: 2 });
    restored.close();
    const checked = new DatabaseSync(path);
    expect(checked.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    checked.close();
    expect(existsSync(`${path}.json`)).toBe(false);
  });
});
