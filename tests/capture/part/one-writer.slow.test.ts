import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { acquirePartLock } from '#lib/capture/part/lock.server.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { serve } from '../../fixtures/wire/fault-server.ts';

let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 2_500_000 });
});
const it = useCaptureCase();

describe('two captures of one path', () => {
  test('run one after the other, each with a whole file', async () => {
    let open = 0;
    let most = 0;
    it.server.script((socket, request) => {
      open += 1;
      most = Math.max(most, open);
      socket.on('close', () => {
        open -= 1;
      });
      serve(video)(socket, request);
    });
    const results = await Promise.all(Array.from({ length: 5 }, () => it.capture({}, { clock: systemClock })));
    expect(results.map(({ sizeBytes }) => sizeBytes)).toEqual(Array(5).fill(video.length));
    expect(most).toBe(1);
    expect(it.finalBytes()?.equals(video)).toBe(true);
    expect(await it.files()).toEqual(['video.mp4']);
  });

  test('the second is `busy` when the first holds on for too long', async () => {
    it.server.script(serve(video));
    const lock = tryFileLock(`${it.partPath}.lock`);
    const error = await it.failure({}, { busyTimeoutMs: 60_000 });
    lock?.release();
    expect(error).toMatchObject({ code: 'busy', retryable: true });
    expect(error.message).toContain(it.partPath);
    expect(it.server.requests).toHaveLength(0);
    expect(await it.capture()).toMatchObject({ attempts: 1 });
  });

  test('the second can be cancelled while it waits', async () => {
    const lock = tryFileLock(`${it.partPath}.lock`);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const error = await it.failure({}, { clock: systemClock, signal: controller.signal });
    lock?.release();
    expect(error.code).toBe('aborted');
  });
});

describe('the lock on a part', () => {
  const options = () => ({ clock: new FakeClock(), timeoutMs: 1000 });

  test('is held by one at a time and leaves no file when asked so', async () => {
    const path = join(it.folder, 'x.lock');
    const first = await acquirePartLock(path, options());
    await expect(acquirePartLock(path, options())).rejects.toMatchObject({ code: 'busy' });
    await first.release(true);
    expect(existsSync(path)).toBe(false);
    const second = await acquirePartLock(path, options());
    await second.release(false);
    expect(existsSync(path)).toBe(true);
  });

  test('is never held twice, however often its file is removed and made again', async () => {
    const path = join(it.folder, 'x.lock');
    let holders = 0;
    let rounds = 0;
    const work = async () => {
      for (let round = 0; round < 10; round += 1) {
        const lock = await acquirePartLock(path, { clock: systemClock, timeoutMs: 20_000 });
        holders += 1;
        expect(holders).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        holders -= 1;
        rounds += 1;
        await lock.release(round % 2 === 0);
      }
    };
    await Promise.all(Array.from({ length: 6 }, work));
    expect(rounds).toBe(60);
  });

  test('on a file that was removed while we waited is not taken for one', async () => {
    const path = join(it.folder, 'x.lock');
    writeFileSync(path, '');
    const first = await acquirePartLock(path, options());
    const waiting = acquirePartLock(path, { clock: systemClock, timeoutMs: 20_000 });
    await first.release(true);
    const second = await waiting;
    expect(tryFileLock(path)).toBeUndefined();
    await second.release(true);
  });
});
