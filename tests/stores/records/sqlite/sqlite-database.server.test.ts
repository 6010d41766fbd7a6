import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { SqliteDatabase } from '#lib/stores/records/sqlite/sqlite-database.server.ts';
import { counterDatabase, increment } from '../../../fixtures/records/counters.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { VirtualClock } from '../../../fixtures/virtual-clock.ts';

const newPath = () => join(temporaryFolder(), 'data/counters.db');

/** Another program's connection. */
function sql(path: string, text: string): unknown {
  const database = new DatabaseSync(path);
  try {
    const statement = database.prepare(text);
    return statement.all();
  } finally {
    database.close();
  }
}

describe('a write to an SQLite file', () => {
  it('waits for another process without blocking this one, and gives up in the end', async () => {
    const path = newPath();
    const clock = new VirtualClock();
    const store = counterDatabase(path, { clock, lockTimeoutMs: 500 });
    await store.update('rome', increment('rome'));
    const holder = new DatabaseSync(path);
    holder.exec('begin immediate');
    await expect(store.update('rome', increment('rome'))).rejects.toMatchObject({ code: 'busy', retryable: true });
    expect(clock.waits.length).toBeGreaterThan(10);
    // Reading goes on meanwhile.
    expect(await store.get('rome')).toMatchObject({ count: 1 });
    holder.exec('rollback');
    holder.close();
    expect(await store.update('rome', increment('rome'))).toMatchObject({ count: 2 });
  });

  it('that is under way is seen by nobody', async () => {
    const store = counterDatabase(newPath());
    const seen: unknown[] = [];
    await store.update('rome', (current, step) => {
      seen.push(current);
      return increment('rome')(current, step);
    });
    expect([seen, store.getSync('rome')]).toEqual([[undefined], { id: 'rome', count: 1 }]);
  });
});

describe('an SQLite file that is replaced while it is open', () => {
  it('is opened again: what is written to a deleted file would be lost', async () => {
    const path = newPath();
    const store = counterDatabase(path);
    await store.update('rome', increment('rome'));
    const copy = `${path}.copy`;
    sql(path, `vacuum into '${copy}'`);
    await store.update('rome', increment('rome'));
    await store.update('athens', increment('athens'));
    expect(store.listSync()).toHaveLength(2);
    for (const side of ['', '-wal', '-shm']) rmSync(path + side, { force: true });
    renameSync(copy, path);
    expect(store.listSync()).toEqual([{ id: 'rome', count: 1 }]);
    expect(await store.update('rome', increment('rome'))).toMatchObject({ count: 2 });
    expect(sql(path, 'select count(*) as records from reelkeep_records')).toEqual([{ records: 1 }]);
  });

  it('by nothing: its records are gone, and none are begun in their place', async () => {
    const path = newPath();
    const store = counterDatabase(path);
    await store.update('rome', increment('rome'));
    copyFileSync(path, `${path}.copy`);
    for (const side of ['', '-wal', '-shm']) rmSync(path + side, { force: true });
    const gone = { code: 'config', message: expect.stringContaining('not there any more') };
    await expect(store.get('rome')).rejects.toMatchObject(gone);
    await expect(store.update('rome', increment('rome'))).rejects.toMatchObject(gone);
  });
});

describe('a transaction of an SQLite database', () => {
  const database = () => new SqliteDatabase(newPath());
  const makeTable = (opened: SqliteDatabase) => opened.write((file) => file.run('create table mine (x)'));
  const count = (opened: SqliteDatabase) => opened.read((file) => file.get('select count(*) as n from mine')?.n);

  it('stores nothing of work that throws, and what it threw passes through', async () => {
    const opened = database();
    await makeTable(opened);
    const failed = opened.write((file) => {
      file.run('insert into mine values (1)');
      throw new ReelError('invalid-input', 'mine', { stage: 'recording' });
    });
    await expect(failed).rejects.toMatchObject({ code: 'invalid-input', message: 'mine' });
    expect(count(opened)).toBe(0);
    opened.close();
  });

  it('that waits for something is seen by nobody until it is over, or comes to nothing', async () => {
    const opened = database();
    await makeTable(opened);
    const work = (outcome: () => void) =>
      opened.exclusively(async (file) => {
        file.run('insert into mine values (1)');
        await Promise.resolve();
        expect(count(opened)).toBe(0);
        outcome();
      });
    const failure = () => {
      throw new Error('gave up');
    };
    await expect(work(failure)).rejects.toThrow('gave up');
    expect(count(opened)).toBe(0);
    await work(() => undefined);
    expect(count(opened)).toBe(1);
    opened.close();
  });
});
