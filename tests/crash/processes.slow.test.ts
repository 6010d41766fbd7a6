import { afterEach, describe, expect, it, vi } from 'vitest';
import { cancelVideo, reportSpending, resumeVideos } from '#lib/wanx/index.ts';
import { VideoWorld } from '../fixtures/records/video-world.ts';

const KEY = 'rome/now';

/** Lets this process work in the world's folder, as another program of the user's would. */
function enter(world: VideoWorld): void {
  for (const [name, value] of Object.entries(world.environment)) vi.stubEnv(name, value);
}
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('SIGTERM', () => {
  it.each(['generating', 'downloading'] as const)(
    'while %s lets go of the lease at once; the next process finishes',
    async (stage) => {
      const world = await VideoWorld.open();
      if (stage === 'generating') world.sandbox.script({ fault: 'never-finishes' });
      world.sandbox.script({ fault: 'slow', bytesPerSecond: 30_000 });
      const worker = world.worker({ keys: [KEY], stopsCleanly: true });
      await worker.until('progress', ({ progress }) => progress.stage === stage);
      worker.signal('SIGTERM');
      expect(await worker.end()).toBe(0);
      const record = world.record(KEY);
      expect(record).toMatchObject({ status: 'generating', taskId: world.accepted(KEY)[0] });
      expect(record?.lease).toBeUndefined();
      world.sandbox.letFinish('');
      enter(world);
      expect(await resumeVideos({ ifBusy: 'fail' })).toMatchObject([{ success: true }]);
      expect(world.accepted(KEY)).toHaveLength(1);
    },
  );
});

describe('cancelling from another process', () => {
  it('ends the work there, and nobody takes it up', async () => {
    const world = await VideoWorld.open({ taskDurationMs: 36_000_000 });
    const worker = world.worker({ keys: [KEY], options: { leaseTtlMs: 600 } });
    await worker.until('progress', ({ progress }) => progress.stage === 'queued');
    enter(world);
    expect(await cancelVideo('rome', 'now')).toMatchObject({ stoppedAtProvider: true });
    expect(await worker.end()).toBe(0);
    expect(worker.ofKind('result')[0]?.result).toMatchObject({ success: false, code: 'aborted' });
    expect(world.record(KEY)).toMatchObject({ status: 'failed', errorCode: 'aborted', cancelConfirmed: true });
    expect(await resumeVideos({ ignoreBackoff: true })).toEqual([]);
  });
});

describe('a budget over several processes', () => {
  it('is never overspent, however many want to spend the last dollar', async () => {
    const world = await VideoWorld.open();
    // A video costs 0.20: the budget is for three of the eight that are wanted.
    const env = { WANX_BUDGET_USD: '0.7' };
    const workers = ['a', 'b', 'c', 'd'].map((id) =>
      world.worker({ keys: [`${id}1/now`, `${id}2/now`], env, onCommand: true }),
    );
    await Promise.all(workers.map((worker) => worker.until('armed')));
    for (const worker of workers) worker.go();
    await Promise.all(workers.map((worker) => worker.end()));
    const codes = workers
      .flatMap((worker) => worker.ofKind('result'))
      .map(({ result }) => (result.success ? 'made' : result.code));
    expect(codes.sort()).toEqual([...Array(5).fill('budget'), ...Array(3).fill('made')]);
    expect(world.sandbox.counts().accepted).toBe(3);
    expect(reportSpending(world.records(), () => 'all').total).toMatchObject({ submissions: 3, usd: 0.6 });
  });

  it('of zero sends nothing at all', async () => {
    const world = await VideoWorld.open();
    const worker = world.worker({ keys: [KEY], env: { WANX_BUDGET_USD: '0' } });
    await worker.end();
    expect(worker.ofKind('result')[0]?.result).toMatchObject({ success: false, code: 'budget' });
    expect(world.sandbox.requests()).toEqual([]);
  });
});
