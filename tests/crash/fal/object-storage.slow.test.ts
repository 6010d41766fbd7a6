import { expect, it } from 'vitest';
import { FalObjectWorld } from '../../fixtures/fal/fal-object-world.ts';
import { SLOW } from '../../fixtures/processes/kill-matrix.ts';
import { KillCounts, KillGroup } from '../../fixtures/processes/killing.ts';
import { describeRealS3 } from '../../fixtures/servers/describe-real-s3.ts';

const STAGES = ['submitting', 'generating', 'downloading', 'verifying', 'uploading', 'ready'] as const;
/** Of the two films of a request: before the store has it, and before the record says so. */
const PUTS = [1, 2, 3, 4];

describeRealS3('films of fal whose process is killed on their way to S3', (s3) => {
  const counts = new KillCounts();

  it('are bought once, and are in the bucket once', { timeout: 3 * SLOW }, async () => {
    const world = await FalObjectWorld.open(s3.server, s3.client);
    const kills = new KillGroup(world, counts);
    for (const stage of STAGES) {
      const key = `${stage}/now`;
      await kills.bury(key, world.worker({ keys: [key], death: { at: 'stage', stage } }));
    }
    for (const nth of PUTS) {
      const key = `put${nth}/now`;
      const worker = world.worker({ keys: [key] });
      let seen = 0;
      world.proxy.onRequest(({ operation }) => {
        if (operation === 'PutObject') seen += 1;
        if (seen < Math.ceil(nth / 2)) return undefined;
        // Of an odd one the store never hears; an even one it has, and only the answer is lost.
        const isLost = nth % 2 === 0 && operation === 'PutObject';
        if (!isLost) worker.signal('SIGKILL');
        return { kind: isLost ? 'lose' : 'cut' };
      });
      expect(await kills.bury(key, worker, () => `put ${nth}`), `put ${nth}`).toBe(true);
      world.proxy.onRequest(() => undefined);
    }
    // A request that is done at once tells of no stage in between.
    expect(counts.kills).toBeGreaterThanOrEqual(STAGES.length + PUTS.length - 1);
    await kills.finish();
    await world.expectNothingElse(STAGES.length + PUTS.length);
  });
});
