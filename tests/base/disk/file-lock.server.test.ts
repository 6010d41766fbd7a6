import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';

import { acquireFileLock, tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { openFiles } from '../../fixtures/open-files.ts';
import { Child } from '../../fixtures/processes/child.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, 'store.lock.db');
});

/** Whether the lock can be had now; gives it back. */
function isFree(): boolean {
  const lock = tryFileLock(path);
  lock?.release();
  return lock !== undefined;
}

describe('within one process', () => {
  it('has one holder at a time, and is free again on release', () => {
    const lock = tryFileLock(path);
    expect(lock).toBeDefined();
    expect([isFree(), isFree()]).toEqual([false, false]);
    lock?.release();
    expect([isFree(), isFree()]).toEqual([true, true]);
  });

  it('is not taken from the next holder by a second release', () => {
    const first = tryFileLock(path);
    first?.release();
    const second = tryFileLock(path);
    first?.release();
    expect(isFree()).toBe(false);
    second?.release();
  });

  it('leaves one empty file, whether taken, waited for or given back', async () => {
    const lock = tryFileLock(path);
    expect(readdirSync(folder)).toEqual(['store.lock.db']);
    await acquireFileLock(path, { clock: new VirtualClock(), timeoutMs: 20 }).catch(() => {});
    lock?.release();
    expect(readdirSync(folder)).toEqual(['store.lock.db']);
  });

  it('goes to each of many that wait', async () => {
    let holders = 0;
    let most = 0;
    const turns = Array.from({ length: 20 }, async () => {
      const lock = await acquireFileLock(path, { clock: new VirtualClock(), timeoutMs: 1e9 });
      holders += 1;
      most = Math.max(most, holders);
      await new Promise((resolve) => setImmediate(resolve));
      holders -= 1;
      lock.release();
    });
    await Promise.all(turns);
    expect(most).toBe(1);
  });
});

describe('waiting', () => {
  it('ends as busy after the time allowed, having asked every 1 to 5 ms', async () => {
    const lock = tryFileLock(path);
    const clock = new VirtualClock({ random: 0.999 });
    const startedMs = clock.now();
    const busy = acquireFileLock(path, { clock, timeoutMs: 1000 });
    await expect(busy).rejects.toMatchObject({ code: 'busy', retryable: true });
    expect(clock.now() - startedMs).toBeLessThan(1010);
    expect(Math.min(...clock.waits)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...clock.waits)).toBeLessThanOrEqual(5);
    lock?.release();
    expect(isFree()).toBe(true);
    expect(openFiles(folder)).toEqual([]);
  });

  it('ends when aborted, before and during', async () => {
    const lock = tryFileLock(path);
    const clock = new VirtualClock({ auto: false });
    const controller = new AbortController();
    const waiting = acquireFileLock(path, { clock, signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    lock?.release();
    await expect(acquireFileLock(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    expect(isFree()).toBe(true);
  });

  it('is not needed when the lock is free', async () => {
    const clock = new VirtualClock();
    const lock = await acquireFileLock(path, { clock, timeoutMs: 0 });
    expect(clock.waits).toEqual([]);
    lock.release();
  });
});

describe('a lock file that cannot be', () => {
  it.each([
    ['in a folder that is missing', () => join(folder, 'missing', 'lock.db'), 'ENOENT'],
    ['where a folder stands', () => folder, 'unable to open'],
    ['over some other file', () => join(folder, 'notes.txt'), 'not a Reelkeep lock file'],
  ])('%s is a disk error', async (_, pathOf, message) => {
    writeFileSync(join(folder, 'notes.txt'), 'remember the milk\n'.repeat(100));
    mkdirSync(join(folder, 'sub'));
    const refusal = { code: 'disk', message: expect.stringContaining(message) };
    expect(() => tryFileLock(pathOf())).toThrow(expect.objectContaining(refusal));
    await expect(acquireFileLock(pathOf())).rejects.toMatchObject(refusal);
    expect(openFiles(folder)).toEqual([]);
  });
});

describe('a holder in another process', () => {
  it('keeps others out, also while it is stopped, and no longer than it lives', async () => {
    const holder = new Child('lock-holder.ts', [path]);
    expect(await holder.line()).toBe('held');
    expect(isFree()).toBe(false);
    holder.signal('SIGSTOP');
    // A lock that goes by time stamps would soon take the stopped holder for a dead one.
    const waiting = acquireFileLock(path, { clock: new VirtualClock({ random: 0.999 }), timeoutMs: 1000 });
    await expect(waiting).rejects.toMatchObject({ code: 'busy' });
    expect(isFree()).toBe(false);
    holder.signal('SIGKILL');
    expect(await holder.exit).toBe('SIGKILL');
    expect(isFree()).toBe(true);
  });
});

describe('a lock that nobody looks after', () => {
  it('is held until it is released, whatever the garbage collector finds', async () => {
    const forget = () => void tryFileLock(path);
    forget();
    // The first turn lets go of the last reference from the stack, the second lets finalizers run.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
    expect(isFree()).toBe(false);
  });
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
