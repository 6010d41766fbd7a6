import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { counterDatabase, increment } from '../../../fixtures/records/counters.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

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

describe('an SQLite file', () => {
  it('is made with its folder, durable and with a write-ahead log', async () => {
    const path = newPath();
    await counterDatabase(path).update('rome', increment('rome'));
    expect(sql(path, 'pragma journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
  });

  it('is the one behind a link, under one lock', async () => {
    const path = newPath();
    await counterDatabase(path).update('rome', increment('rome'));
    const link = join(temporaryFolder(), 'link.db');
    symlinkSync(path, link);
    expect(await counterDatabase(link).update('rome', increment('rome'))).toMatchObject({ count: 2 });
  });

  it('is refused on a network file system, before anything is written there', async () => {
    const path = newPath();
    const store = counterDatabase(path, { fileSystemOf: () => 'NFS' });
    const refused = { code: 'config', message: expect.stringMatching(/NFS.*local disk.*postgres:/s) };
    await expect(store.update('rome', increment('rome'))).rejects.toMatchObject(refused);
    expect(() => store.getSync('rome')).toThrow(expect.objectContaining(refused));
    expect(() => statSync(path)).toThrow('ENOENT');
  });

  it('is refused where a write-ahead log is not possible', async () => {
    const path = newPath();
    // A file system without shared memory, as SQLite sees it.
    const open = (name: string) => new DatabaseSync(new URL(`${pathToFileURL(name)}?vfs=unix-dotfile`));
    const store = counterDatabase(path, { open });
    const refused = { code: 'config', message: expect.stringMatching(/write-ahead log.*delete/) };
    await expect(store.update('rome', increment('rome'))).rejects.toMatchObject(refused);
  });

  it('of a newer Reelkeep is refused by an older one, which names both and changes nothing', async () => {
    const path = newPath();
    const first = counterDatabase(path);
    await first.update('rome', increment('rome'));
    first.close();
    sql(path, 'pragma user_version = 7');
    const before = readFileSync(path);
    const store = counterDatabase(path);
    const refused = { code: 'config', message: expect.stringMatching(/version 7.* up to 2\b/) };
    await expect(store.get('rome')).rejects.toMatchObject(refused);
    await expect(store.update('rome', increment('rome'))).rejects.toMatchObject(refused);
    store.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('of another program is left alone', async () => {
    const path = join(temporaryFolder(), 'other.db');
    sql(path, 'create table theirs (x)');
    const before = readFileSync(path);
    await expect(counterDatabase(path).get('rome')).rejects.toMatchObject({ code: 'config' });
    expect(sql(path, 'select name from sqlite_schema')).toEqual([{ name: 'theirs' }]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('that is none is left alone', async () => {
    const path = join(temporaryFolder(), 'records.db');
    writeFileSync(path, 'no database '.repeat(100));
    await expect(counterDatabase(path).update('rome', increment('rome'))).rejects.toMatchObject({
      code: 'store-corrupt',
    });
    expect(readFileSync(path, 'utf8')).toBe('no database '.repeat(100));
  });

  it('that cannot be made says why', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    await expect(counterDatabase(join(folder, 'file/x.db')).get('rome')).rejects.toMatchObject({ code: 'disk' });
    await expect(counterDatabase(folder).get('rome')).rejects.toMatchObject({ code: expect.stringMatching(/^disk/) });
  });

  it('with a damaged record refuses that one, and names it', async () => {
    const path = newPath();
    const store = counterDatabase(path);
    for (const id of ['rome', 'athens']) await store.update(id, increment(id));
    for (const content of ['{"id": "rome"}', '{"id": ', 'null']) {
      sql(path, `update reelkeep_records set content = '${content}', revision = revision + 1 where key = 'rome'`);
      sql(path, `update reelkeep_parts set revision = revision + 1`);
      const damaged = { code: 'store-corrupt', message: expect.stringContaining('"rome"') };
      await expect(store.get('rome')).rejects.toMatchObject(damaged);
      expect(() => store.listSync()).toThrow(expect.objectContaining(damaged));
      await expect(store.update('rome', increment('rome'))).rejects.toMatchObject(damaged);
      expect(await store.get('athens')).toMatchObject({ count: 1 });
    }
  });
});
