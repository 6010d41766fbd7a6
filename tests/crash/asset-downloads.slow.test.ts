import { describe, expect, it } from 'vitest';
import { type BatchWorker, BatchWorld } from '../fixtures/processes/downloads/batch-world.ts';

const COUNT = 50;
const CONCURRENCY = 4;
/** Takes seconds; longer while other tests use the machine. */
const TIMEOUT_MS = 120_000;

function countsOf(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...new Set(names)].map((name) => [name, names.filter((one) => one === name).length]));
}

/** How often the content of each video is asked for: for film, thumbnail and sprite sheet. */
function threeEach(videos: readonly string[]): Record<string, number> {
  return Object.fromEntries(videos.map((video) => [video, 3]));
}

async function expectEveryFileOnceAndWhole(world: BatchWorld): Promise<void> {
  expect(countsOf(world.records().map(({ status }) => status))).toEqual({ completed: COUNT });
  expect(world.records().filter(({ lease }) => lease)).toEqual([]);
  const served = await world.hashesServed();
  expect(Object.keys(served)).toHaveLength(3 * COUNT);
  expect(world.hashesOnDisk()).toEqual(served);
  expect(world.hashesOnRecord()).toEqual(served);
}

/** Reads on until the worker has completed so many. */
async function untilCompleted(worker: BatchWorker, count: number): Promise<void> {
  while (worker.videosOf('completed').length < count) await worker.next();
}

describe('a process killed with SIGKILL in the middle of a batch of 50', () => {
  it.each([10, COUNT - CONCURRENCY])(
    'after %i completed: the next one finishes the rest at the first call of a getter, and fetches nothing twice',
    async (completed) => {
      const world = await BatchWorld.open(COUNT);
      // As many as run at once stop halfway, so that the process dies with these under way and no other one.
      const underWay = world.videos.slice(completed, completed + CONCURRENCY);
      for (const taskId of underWay) world.sandbox.openaiVideos.script({ fault: 'stall', match: { taskId }, times: 3 });
      const first = await world.worker();
      world.queueOn(first);
      await first.says('queued all');
      await untilCompleted(first, completed);
      await expect.poll(() => world.parts().filter(({ sizeBytes }) => sizeBytes > 0)).toHaveLength(3 * CONCURRENCY);
      first.child.signal('SIGKILL');
      expect(await first.ended()).toBe('SIGKILL');
      expect(first.videosOf('completed').sort()).toEqual(world.videos.slice(0, completed).sort());
      const askedBefore = world.contentRequests().length;
      const parts = world.parts();
      expect([...new Set(parts.map(({ video }) => video))].sort()).toEqual([...underWay].sort());

      const second = await world.worker();
      second.child.say('look');
      await untilCompleted(second, COUNT - completed);
      expect(await second.end()).toBe(0);
      expect(second.videosOf('completed').sort()).toEqual(world.videos.slice(completed).sort());
      const askedAfter = world.contentRequests().slice(askedBefore);
      expect(countsOf(askedAfter.map(({ video }) => video))).toEqual(threeEach(world.videos.slice(completed)));
      // What was under way is continued where the dead process had written to.
      const continued = askedAfter.filter(({ range }) => range !== undefined);
      expect(continued.map(({ video, range }) => `${video} ${range}`).sort()).toEqual(
        parts.map(({ video, sizeBytes }) => `${video} bytes=${sizeBytes}-`).sort(),
      );
      await expectEveryFileOnceAndWhole(world);
    },
    TIMEOUT_MS,
  );
});

describe('two processes on one batch of 50', () => {
  it(
    'share it: each video is fetched by one of them, once',
    async () => {
      const world = await BatchWorld.open(COUNT);
      const { clock, sandbox } = world;
      // Neither can run more than four at once: when eight wait for an answer, both are at work.
      sandbox.openaiVideos.script({ fault: 'slow-answer', on: 'retrieve', delayMs: 1000, times: 2 * CONCURRENCY });
      const workers = await Promise.all([world.worker(), world.worker()]);
      for (const worker of workers) world.queueOn(worker);
      await Promise.all(workers.map((worker) => worker.says('queued all')));
      await expect.poll(() => clock.pending).toBe(2 * CONCURRENCY);
      await clock.advance(1000);
      const completed = () => world.records().filter(({ status }) => status === 'completed');
      await expect.poll(completed, { timeout: TIMEOUT_MS / 2 }).toHaveLength(COUNT);
      for (const worker of workers) expect(await worker.end()).toBe(0);

      const [mine = [], theirs = []] = workers.map((worker) => worker.videosOf('completed'));
      expect(Math.min(mine.length, theirs.length)).toBeGreaterThanOrEqual(CONCURRENCY);
      expect([...mine, ...theirs].sort()).toEqual([...world.videos].sort());
      for (const worker of workers)
        expect(countsOf(worker.videosOf('downloading'))).toEqual(threeEach(worker.videosOf('completed')));
      expect(countsOf(world.contentRequests().map(({ video }) => video))).toEqual(threeEach(world.videos));
      await expectEveryFileOnceAndWhole(world);
    },
    TIMEOUT_MS,
  );
});
