import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { createJsonFileStore } from '#lib/stores/records/json-file-store.server.ts';
import { videoFormat } from '#lib/wanx/video-metadata.ts';
import { type VideoWorker, VideoWorld } from '../fixtures/records/video-world.ts';

const KEY = 'rome/now';
/** So short that a stopped process has lost its lease when the next one has started. */
const LEASE_MS = 600;
/** For a process that stops itself, so that nobody can look whether a heartbeat is just writing: few heartbeats. */
const LONGER_LEASE_MS = 4000;

/**
 * Stops the process while it is not writing to the store. A process stopped in the few milliseconds of such a write
 * holds up every other writer until it goes on: no lock that is safe could be taken from it.
 */
async function stop(world: VideoWorld, worker: VideoWorker): Promise<void> {
  for (;;) {
    worker.signal('SIGSTOP');
    const lock = tryFileLock(join(world.root, 'data/videos.json.lock.db'));
    lock?.release();
    if (lock) return;
    worker.signal('SIGCONT');
    await setTimeout(5);
  }
}

/** Waits until the lease of a stopped process has run out. */
async function outliveLease(world: VideoWorld): Promise<void> {
  const expiresAt = Date.parse(world.record(KEY)?.lease?.expiresAt ?? '');
  await expect.poll(() => Date.now() > expiresAt).toBe(true);
}

async function expectSuccessorsWork(world: VideoWorld, first: VideoWorker, second: VideoWorker): Promise<void> {
  const [taskId, ...others] = world.accepted(KEY);
  expect(others).toEqual([]);
  expect(second.ofKind('result')[0]?.result).toMatchObject({ success: true, metadata: { taskId, fence: 2 } });
  const record = world.record(KEY);
  const sha256 = world.finalSha256(KEY);
  expect(record).toMatchObject({ status: 'ready', taskId, sha256, fence: 2 });
  expect(sha256).toBe(await world.objectSha256(taskId ?? ''));
  first.signal('SIGCONT');
  expect(await first.end()).toBe(0);
  expect(first.ofKind('result')[0]?.result).toMatchObject({ success: false, code: 'busy', taskId });
  expect(world.record(KEY)).toEqual(record);
  expect(world.finalSha256(KEY)).toBe(sha256);
  expect(world.accepted(KEY)).toHaveLength(1);
  expect(world.files()).toEqual(VideoWorld.filesOf(['rome-now.mp4']));
}

describe('a process that is stopped past its lease and wakes up again', () => {
  it('finds the work done by its successor and leaves it alone: stopped while it polls', async () => {
    const world = await VideoWorld.open({ taskDurationMs: 2500 });
    const first = world.worker({ keys: [KEY], options: { leaseTtlMs: LEASE_MS } });
    await first.until('progress', ({ progress }) => progress.stage === 'generating');
    await stop(world, first);
    await outliveLease(world);
    const second = world.worker({ keys: [KEY] });
    expect(await second.end()).toBe(0);
    await expectSuccessorsWork(world, first, second);
  });

  it('finds the work done by its successor and leaves it alone: stopped in the middle of the download', async () => {
    const world = await VideoWorld.open();
    world.sandbox.script({ fault: 'slow', bytesPerSecond: 40_000 });
    const first = world.worker({ keys: [KEY], options: { leaseTtlMs: LEASE_MS } });
    await first.until('progress', ({ progress }) => progress.stage === 'downloading' && progress.bytesReceived > 5000);
    await stop(world, first);
    await outliveLease(world);
    // The part file is still locked by the stopped one: its successor must get round that.
    const second = world.worker({ keys: [KEY] });
    expect(await second.end()).toBe(0);
    expect(second.ofKind('progress').some(({ progress }) => progress.stage === 'submitting')).toBe(false);
    await expectSuccessorsWork(world, first, second);
  });

  it('finds the work done by its successor and leaves it alone: stopped with the verified file in its hands', async () => {
    const world = await VideoWorld.open();
    const first = world.worker({
      keys: [KEY],
      options: { leaseTtlMs: LONGER_LEASE_MS },
      // The sync of the part file is the last thing before the lease is looked at and the file is renamed.
      death: { at: 'named call', call: 'sync', kind: 'part' },
    });
    await first.until('dying');
    await outliveLease(world);
    const second = world.worker({ keys: [KEY] });
    expect(await second.end()).toBe(0);
    const { ino } = statSync(world.finalPath(KEY));
    await expectSuccessorsWork(world, first, second);
    // The same bytes would not show it.
    expect(statSync(world.finalPath(KEY)).ino).toBe(ino);
  });

  it('has no successor while it is stopped at the rename: whoever tries is told that it is busy', async () => {
    const world = await VideoWorld.open();
    const first = world.worker({
      keys: [KEY],
      options: { leaseTtlMs: LEASE_MS },
      death: { at: 'named call', call: 'renameSync', kind: 'part' },
    });
    await first.until('dying');
    await outliveLease(world);
    const path = join(world.root, 'data/videos.json');
    const impatient = createJsonFileStore({ path, format: videoFormat, lockTimeoutMs: 50 });
    await expect(impatient.update(KEY, () => undefined)).rejects.toMatchObject({ code: 'busy' });
    expect(impatient.getSync(KEY)).toMatchObject({
      status: 'generating',
      captured: { taskId: world.accepted(KEY)[0] },
    });
    const second = world.worker({ keys: [KEY] });
    await second.until('armed');
    first.signal('SIGCONT');
    expect(await Promise.all([first.end(), second.end()])).toEqual([0, 0]);
    const record = world.record(KEY);
    expect(record).toMatchObject({ status: 'ready', taskId: world.accepted(KEY)[0], sha256: world.finalSha256(KEY) });
    expect(second.ofKind('result')[0]?.result).toMatchObject({ success: true });
    expect(second.ofKind('progress').some(({ progress }) => progress.stage === 'downloading')).toBe(false);
    expect(world.accepted(KEY)).toHaveLength(1);
    expect(world.files()).toEqual(VideoWorld.filesOf(['rome-now.mp4']));
  });

  it('sends no request when it was stopped before that left and has lost its lease, and nobody bought beside it', async () => {
    const world = await VideoWorld.open();
    world.sandbox.script({ fault: 'refuse-429', on: 'submit', retryAfterSeconds: 2 });
    const first = world.worker({ keys: [KEY], options: { leaseTtlMs: LEASE_MS } });
    await expect.poll(() => world.sandbox.submissions().length).toBe(1);
    await stop(world, first);
    await outliveLease(world);
    // Whether it would still send its request nobody can know: nothing is bought beside it.
    const second = world.worker({ keys: [KEY] });
    expect(await second.end()).toBe(0);
    expect(second.ofKind('result')[0]?.result).toMatchObject({ success: false, code: 'unknown-outcome' });
    first.signal('SIGCONT');
    expect(await first.end()).toBe(0);
    expect(first.ofKind('result')[0]?.result).toMatchObject({ success: false, code: 'busy' });
    expect(world.accepted(KEY)).toEqual([]);
    const third = world.worker({ keys: [KEY] });
    expect(await third.end()).toBe(0);
    expect(third.ofKind('result')[0]?.result).toMatchObject({ success: true });
    expect(world.accepted(KEY)).toHaveLength(1);
  });
});
