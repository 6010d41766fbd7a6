import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { JsonFileReader } from '#lib/stores/records/json-file-reader.server.ts';
import { type Counter, counterFormat, counterKey } from '../../fixtures/records/counters.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

// A file system of which every version carries the same stamps, as two commits within one tick of its clock do.
const file = vi.hoisted(() => ({ changedAtMs: 0 }));
vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:fs')>();
  const stats = () => {
    const ns = BigInt(file.changedAtMs) * 1_000_000n;
    return { dev: 1n, ino: 1n, size: 1n, mtimeNs: ns, ctimeNs: ns, isFile: () => true };
  };
  return { ...original, statSync: stats, fstatSync: stats, openSync: vi.fn(original.openSync) };
});

describe('a file whose stamps do not change', () => {
  let path: string;
  let parses: number;
  let reader: JsonFileReader<Counter>;
  const write = (count: number) => writeFileSync(path, JSON.stringify([{ id: 'rome', count }]));
  const opened = () => vi.mocked(openSync).mock.calls.filter(([name]) => name === path).length;

  beforeEach(() => {
    vi.mocked(openSync).mockClear();
    path = join(temporaryFolder(), 'counters.json');
    parses = 0;
    const keyOf = (counter: Counter) => {
      parses += 1;
      return counterKey(counter);
    };
    reader = new JsonFileReader(path, { ...counterFormat, keyOf });
  });

  it('is read anew as long as its time stamp is young, and parsed when the bytes differ', () => {
    file.changedAtMs = Date.now() + 60_000;
    write(1);
    expect([1, 2, 3].map(() => reader.read().get('rome')?.count)).toEqual([1, 1, 1]);
    expect([opened(), parses]).toEqual([3, 1]);
    write(2);
    expect(reader.read().get('rome')?.count).toBe(2);
    expect([opened(), parses]).toEqual([4, 2]);
  });

  it('is not even opened again once its time stamp is old', () => {
    file.changedAtMs = Date.now() - 60_000;
    write(1);
    expect([1, 2, 3].map(() => reader.read().get('rome')?.count)).toEqual([1, 1, 1]);
    expect([opened(), parses]).toEqual([1, 1]);
  });
});
