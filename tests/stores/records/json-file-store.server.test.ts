import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { createJsonFileStore, type JsonFileStore } from '#lib/stores/records/json-file-store.server.ts';
import type { Mutation } from '#lib/stores/records/record-store.ts';
import { describeLocalRecordStore } from '../../contracts/local-record-store.ts';
import { describeRecordStore } from '../../contracts/record-store.ts';
import { type FileHandles, fileHandlePrototype } from '../../fixtures/file-handle.ts';
import { type Counter, counterFile, counterFormat, increment } from '../../fixtures/records/counters.ts';
import { plainFormat } from '../../fixtures/records/plain-format.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

/** Each connection is a store of its own, as every process has one. */
function open() {
  const newPath = join(temporaryFolder(), 'counters.json');
  return () => counterFile(newPath);
}

describeRecordStore('JSON file store', open);
describeLocalRecordStore('JSON file store', open);

let folder: string;
let path: string;
let store: JsonFileStore<Counter>;
const text = () => readFileSync(path, 'utf8');
const names = () => readdirSync(folder).sort();

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, 'counters.json');
  store = counterFile(path);
});

describe('a missing file', () => {
  it('is created by the first read, with its folder', () => {
    path = join(folder, 'new', 'folders', 'counters.json');
    expect(counterFile(path).listSync()).toEqual([]);
    expect(text()).toBe('[]\n');
    expect(readdirSync(join(folder, 'new', 'folders'))).toEqual(['counters.json']);
  });

  it('is created by the first update', async () => {
    path = join(folder, 'new', 'counters.json');
    await counterFile(path).update('rome', increment('rome'));
    expect(text()).toBe('[\n  {\n    "id": "rome",\n    "count": 1\n  }\n]\n');
  });

  it('reads as empty where nothing can be created', () => {
    // /proc refuses root as well.
    expect(counterFile('/proc/counters.json').listSync()).toEqual([]);
  });

  it('cannot be written where nothing can be created', async () => {
    const update = counterFile('/proc/counters.json').update('rome', increment('rome'));
    await expect(update).rejects.toMatchObject({ code: expect.stringMatching(/^disk/) });
  });

  it('is not made up where a file stands in place of its folder', () => {
    writeFileSync(path, '[]');
    const below = counterFile(join(path, 'counters.json'));
    expect(() => below.listSync()).toThrow(expect.objectContaining({ code: 'disk' }));
  });

  it('is not created where its folder is its owner’s to make, and is once that is there', async () => {
    const owned = join(folder, 'drive');
    const careful = createJsonFileStore({ path: join(owned, 'c.json'), format: counterFormat, needsFolder: true });
    expect(careful.listSync()).toEqual([]);
    await expect(careful.update('a', increment('a'))).rejects.toMatchObject({ code: 'disk' });
    expect(names()).not.toContain('drive');
    mkdirSync(owned);
    expect(await careful.update('a', increment('a'))).toMatchObject({ count: 1 });
  });

  it('is created anew when somebody deletes it', async () => {
    await store.update('rome', increment('rome'));
    rmSync(path);
    expect(store.listSync()).toEqual([]);
    expect(await store.update('athens', increment('athens'))).toMatchObject({ count: 1 });
    expect(store.listSync()).toHaveLength(1);
  });
});

describe('the file', () => {
  it('is an array with one record after the other, emptied to []', async () => {
    await store.update('rome', () => ({ id: 'rome', count: 1, list: [1, 'two\nlines'] }));
    await store.update('athens', increment('athens'));
    expect(text()).toBe(`${JSON.stringify(store.listSync(), null, 2)}\n`);
    await store.update('rome', () => undefined);
    await store.update('athens', () => undefined);
    expect(text()).toBe('[]\n');
  });

  it('is not written when nothing changes', async () => {
    await store.update('rome', increment('rome'));
    const { ino } = statSync(path);
    await store.update('rome', (current) => current);
    await store.update('rome', (current) => current && { ...current });
    await store.update('athens', () => undefined);
    expect(statSync(path).ino).toBe(ino);
  });

  it('keeps the permissions that it was given', async () => {
    writeFileSync(path, '[]');
    chmodSync(path, 0o606);
    await store.update('rome', increment('rome'));
    expect(statSync(path).mode & 0o777).toBe(0o606);
  });

  it('is found behind links, which stay, and locked under its own name', async () => {
    mkdirSync(join(folder, 'data'));
    const target = join(folder, 'data', 'real.json');
    symlinkSync('data/real.json', path);
    symlinkSync('counters.json', join(folder, 'second.json'));
    const second = counterFile(join(folder, 'second.json'));
    await Promise.all(
      [store, second, counterFile(target)].flatMap((one) =>
        Array.from({ length: 20 }, () => one.update('rome', increment('rome'))),
      ),
    );
    expect(store.getSync('rome')).toEqual({ id: 'rome', count: 60 });
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(folder, 'data')).sort()).toEqual(['real.json', 'real.json.lock.db']);
    expect(names()).toEqual(['counters.json', 'data', 'second.json']);
  });

  it('loses what killed writers left beside it, and nothing else', async () => {
    const abandoned = `.counters.json.${'0'.repeat(32)}.tmp`;
    const others = ['.counters.json.mine.tmp', `.other.json.${'0'.repeat(32)}.tmp`];
    for (const name of [abandoned, ...others]) writeFileSync(join(folder, name), 'half');
    await store.update('rome', increment('rome'));
    expect(names()).toEqual([...others, 'counters.json', 'counters.json.lock.db'].sort());
  });
});

describe('what may be stored', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['a wrong type', { count: 'two' }, '.count: Invalid input'],
    ['NaN, which JSON turns into null', { count: Number.NaN }, '.count: Invalid input'],
    ['a BigInt', { count: BigInt(1) }, 'cannot be written as JSON'],
    ['a missing field', { count: undefined }, '.count: Invalid input'],
  ])('is not %s', async (_, wrong, message) => {
    await store.update('rome', increment('rome'));
    const before = text();
    const outcomes = await Promise.allSettled([
      store.update('rome', () => ({ id: 'rome', ...wrong }) as never),
      store.update('athens', () => ({ id: 'athens', ...wrong }) as never),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ reason: { code: 'invalid-input', message: expect.stringContaining(message) } });
    }
    expect(text()).toBe(before);
  });

  it('is what the next reader finds', async () => {
    const stored = await store.update('rome', () => ({ id: 'rome', count: 1, at: new Date(0), gone: undefined }));
    expect(stored).toStrictEqual({ id: 'rome', count: 1, at: '1970-01-01T00:00:00.000Z' });
    expect(counterFile(path).getSync('rome')).toStrictEqual(stored);
  });

  it('is not lost when one of the group is refused', async () => {
    const outcomes = await Promise.allSettled([
      store.update('rome', increment('rome')),
      store.update('rome', () => ({ id: 'rome' }) as never),
      store.update('rome', increment('rome')),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(store.getSync('rome')?.count).toBe(2);
  });

  it('gets the defaults of the schema', async () => {
    writeFileSync(path, '[{"id":"old"}]');
    const schema = z.looseObject({ id: z.string(), version: z.number().default(1) });
    const migrating = createJsonFileStore({ path, format: plainFormat(schema, (record) => record.id) });
    expect(migrating.getSync('old')).toEqual({ id: 'old', version: 1 });
  });
});

describe('updates that wait at the same time', () => {
  it('are written together: 1000 at once in one commit', async () => {
    const sync = vi.spyOn(await fileHandlePrototype(), 'sync');
    await Promise.all(
      Array.from({ length: 1000 }, (_, index) => store.update(`k${index % 7}`, increment(`k${index % 7}`))),
    );
    // Of the file and of its folder.
    expect(sync).toHaveBeenCalledTimes(2);
    sync.mockRestore();
    expect(store.listSync().reduce((sum, counter) => sum + counter.count, 0)).toBe(1000);
  });

  it('join the group that waits while another is written', async () => {
    const sync = vi.spyOn(await fileHandlePrototype(), 'sync');
    const updates: Array<Promise<unknown>> = [];
    for (let index = 0; index < 200; index += 1) {
      updates.push(store.update('rome', increment('rome')));
      if (index % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(updates);
    expect(sync.mock.calls.length / 2).toBeLessThanOrEqual(22);
    sync.mockRestore();
    expect(store.getSync('rome')?.count).toBe(200);
  });

  it('are visible to a read as soon as they are acknowledged', async () => {
    for (let count = 1; count <= 30; count += 1) {
      await store.update('rome', increment('rome'));
      expect([store.getSync('rome')?.count, counterFile(path).getSync('rome')?.count]).toEqual([count, count]);
    }
  });
});

describe('a write that fails', () => {
  const failure = (code: string) => Object.assign(new Error(`${code}: injected`), { code });
  const updateTwice = () =>
    Promise.allSettled([store.update('rome', increment('rome')), store.update('athens', increment('athens'))]);

  beforeEach(async () => {
    await store.update('rome', increment('rome'));
  });

  async function expectAllRefused(code: string) {
    const before = text();
    for (const outcome of await updateTwice()) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code, stage: 'recording' } });
    }
    expect(text()).toBe(before);
    expect(store.listSync()).toEqual([{ id: 'rome', count: 1 }]);
    expect(names()).toEqual(['counters.json', 'counters.json.lock.db']);
  }

  async function expectWorksAgain() {
    expect((await updateTwice()).map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled']);
    expect(store.getSync('rome')?.count).toBe(2);
  }

  it.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EIO', 'disk'],
  ])('after half of the bytes with %s leaves the old file and rejects the group as %s', async (errno, code) => {
    const handles = await fileHandlePrototype();
    const { write } = handles;
    const spy = vi.spyOn(handles, 'write');
    // As libuv reports a disk that fills up: first a short count, then the error.
    spy.mockImplementationOnce(function (this: FileHandles, buffer) {
      return write.call(this, buffer.subarray(0, 10));
    });
    spy.mockRejectedValueOnce(failure(errno));
    await expectAllRefused(code);
    expect(spy).toHaveBeenCalledTimes(2);
    spy.mockRestore();
    await expectWorksAgain();
  });

  it('goes on after a short write', async () => {
    const handles = await fileHandlePrototype();
    const { write } = handles;
    const spy = vi.spyOn(handles, 'write').mockImplementationOnce(function (this: FileHandles, buffer) {
      return write.call(this, buffer.subarray(0, 10));
    });
    await expectWorksAgain();
    expect(spy).toHaveBeenCalledTimes(2);
    spy.mockRestore();
    expect(counterFile(path).getSync('rome')?.count).toBe(2);
  });

  it('in fsync is not acknowledged', async () => {
    const spy = vi.spyOn(await fileHandlePrototype(), 'sync').mockRejectedValueOnce(failure('EIO'));
    await expectAllRefused('disk');
    spy.mockRestore();
    await expectWorksAgain();
  });

  it('takes back the claims and totals of what was not written', async () => {
    const spend = (id: string) => store.update(id, () => ({ id, count: 0, file: 'one.mp4', cents: { monday: 30 } }));
    const spy = vi.spyOn(await fileHandlePrototype(), 'sync').mockRejectedValueOnce(failure('EIO'));
    await expect(spend('rome')).rejects.toMatchObject({ code: 'disk' });
    spy.mockRestore();
    const seen: unknown[] = [];
    const look: Mutation<Counter> = (current, { ownerOf, total }) => {
      seen.push(ownerOf('one.mp4'), total('monday'));
      return current;
    };
    await store.update('athens', look, { claims: ['one.mp4'], totals: ['monday'] });
    await spend('athens');
    await store.update('rome', look, { claims: ['one.mp4'], totals: ['monday'] });
    expect(seen).toEqual([undefined, 0, 'athens', 30]);
  });

  it('for want of the lock ends as busy, says so, and later works', async () => {
    const clock = new VirtualClock();
    const waiting = createJsonFileStore({ path, format: counterFormat, clock, lockTimeoutMs: 500 });
    const lock = tryFileLock(`${path}.lock.db`);
    const message = expect.stringContaining('500 ms');
    await expect(waiting.update('rome', increment('rome'))).rejects.toMatchObject({ code: 'busy', message });
    expect(waiting.getSync('rome')?.count).toBe(1);
    lock?.release();
    expect(await waiting.update('rome', increment('rome'))).toMatchObject({ count: 2 });
  });
});
