import { describe, expect, it } from 'vitest';
import type { WorkerOrder } from '../fixtures/processes/video-worker-protocol.ts';
import { VideoWorld } from '../fixtures/records/video-world.ts';

const RACERS = 4;

/** Four processes that begin at the same moment, and what each of them got for each key. */
async function race(world: VideoWorld, keys: string[], options: WorkerOrder['options']) {
  const workers = Array.from({ length: RACERS }, () => world.worker({ keys, options: options ?? {}, onCommand: true }));
  await Promise.all(workers.map((worker) => worker.until('armed')));
  for (const worker of workers) worker.go();
  expect(await Promise.all(workers.map((worker) => worker.end()))).toEqual([0, 0, 0, 0]);
  return workers.flatMap((worker) => worker.ofKind('result'));
}

async function expectOnePurchase(world: VideoWorld, key: string) {
  const [taskId, ...others] = world.accepted(key);
  expect(others).toEqual([]);
  const sha256 = await world.objectSha256(taskId ?? '');
  expect(world.record(key)).toMatchObject({ status: 'ready', taskId, sha256, receipt: { taskId } });
  expect(world.record(key)?.lease).toBeUndefined();
  expect(world.finalSha256(key)).toBe(sha256);
  return { taskId, sha256 };
}

describe('four processes that want the same video', () => {
  it('buy it once and all get it, when they wait for each other', async () => {
    const world = await VideoWorld.open();
    const results = await race(world, ['rome/now'], { ifBusy: 'wait' });
    const bought = await expectOnePurchase(world, 'rome/now');
    expect(results.map(({ result }) => result)).toEqual(
      Array.from({ length: RACERS }, () =>
        expect.objectContaining({ success: true, metadata: expect.objectContaining(bought) }),
      ),
    );
    expect(world.sandbox.submissions()).toHaveLength(1);
  });

  it('buy it once, and the others are told that it is busy, when they would rather not wait', async () => {
    const world = await VideoWorld.open({ taskDurationMs: 1500 });
    const results = await race(world, ['rome/now'], { ifBusy: 'fail' });
    const bought = await expectOnePurchase(world, 'rome/now');
    const outcomes = results.map(({ result }) =>
      result.success ? result.metadata.taskId : `${result.code}, ${result.retryable}`,
    );
    expect(outcomes.sort()).toEqual([bought.taskId, 'busy, true', 'busy, true', 'busy, true'].sort());
    expect(world.sandbox.submissions()).toHaveLength(1);
  });

  it('buy it once more, not four times, when all of them force it', async () => {
    const world = await VideoWorld.open();
    await race(world, ['rome/now'], {});
    const results = await race(world, ['rome/now'], { force: true });
    const [, second, ...others] = world.accepted('rome/now');
    expect(others).toEqual([]);
    expect(results.map(({ result }) => result.success && result.metadata.taskId)).toEqual(Array(RACERS).fill(second));
    expect(world.record('rome/now')?.history).toMatchObject([{ outcome: 'delivered' }]);
  });

  it('buy each of four videos once', async () => {
    const world = await VideoWorld.open();
    const keys = ['rome/now', 'athens/now', 'cairo/now', 'petra/now'];
    const results = await race(world, keys, { ifBusy: 'wait' });
    for (const key of keys) await expectOnePurchase(world, key);
    expect(results.map(({ result }) => result.success)).toEqual(Array(RACERS * keys.length).fill(true));
    expect(world.sandbox.submissions()).toHaveLength(keys.length);
    const films = ['athens', 'cairo', 'petra', 'rome'].map((id) => `${id}-now.mp4`);
    expect(world.files()).toEqual(VideoWorld.filesOf(films));
  });
});
