import { existsSync, statSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { killAll, killMatrix, type Matrix, SLOW } from '../fixtures/processes/kill-matrix.ts';
import { KillCounts, KillGroup } from '../fixtures/processes/killing.ts';
import { VideoWorld } from '../fixtures/records/video-world.ts';

const counts = new KillCounts();
afterAll(() => {
  console.log(`Crash matrix\n${counts}`);
});

const matrix: Matrix = {
  open: () => VideoWorld.open(),
  counts,
  // With the kills of the other tests at least 200; alone just as many.
  randomKills: () => Math.max(70, 200 - counts.kills),
  leastKills: 200,
  leastCalls: 40,
};

describe('a process killed with SIGKILL has paid once, and the next one has the whole file', () => {
  it('at the stages that only Wan has', { timeout: SLOW }, async () => {
    const stages = ['prompt', 'queued'] as const;
    await killAll(
      matrix,
      stages.map((stage) => ({ at: 'stage', stage })),
    );
  });

  it('when the provider has accepted, and the answer is not there yet', { timeout: SLOW }, async () => {
    const kills = new KillGroup(await VideoWorld.open(), counts);
    const { sandbox } = kills.world;
    sandbox.script({ fault: 'hung-submit-answer' });
    const worker = kills.world.worker({ keys: ['rome/now'] });
    await expect.poll(() => sandbox.counts().lost).toBe(1);
    worker.signal('SIGKILL');
    await kills.bury('rome/now', worker, () => 'accepted, not answered');
    await kills.finish();
  });

  it.each([0, 2000, 16_384, 30_000])(
    'in the middle of the download, with %i bytes in the part',
    { timeout: SLOW },
    async (atByte) => {
      const kills = new KillGroup(await VideoWorld.open(), counts);
      const { sandbox } = kills.world;
      sandbox.script({ fault: 'stall', atByte });
      const worker = kills.world.worker({ keys: ['rome/now'] });
      const downloads = () => sandbox.requests().filter(({ path }) => path.endsWith('.mp4'));
      await expect.poll(() => downloads().length).toBe(1);
      await expect.poll(() => sizeOf(`${kills.world.finalPath('rome/now')}.part`)).toBe(atByte);
      worker.signal('SIGKILL');
      await kills.bury('rome/now', worker, () => 'download: in the middle');
      await kills.finish();
      const [, second] = downloads();
      // Only what was missing is fetched.
      expect(second?.range).toBe(atByte > 0 ? `bytes=${atByte}-` : undefined);
    },
  );

  killMatrix(matrix);
});

function sizeOf(path: string): number | undefined {
  return existsSync(path) ? statSync(path).size : undefined;
}
