import { afterAll, describe } from 'vitest';
import { FalKillWorld } from '../../fixtures/fal/fal-world.ts';
import { killMatrix } from '../../fixtures/processes/kill-matrix.ts';
import { KillCounts } from '../../fixtures/processes/killing.ts';

const counts = new KillCounts();
afterAll(() => {
  console.log(`Crash matrix of fal\n${counts}`);
});

describe('a process killed with SIGKILL has paid at most once, and the next one has both films in the library', () => {
  killMatrix({
    open: () => FalKillWorld.open(),
    counts,
    randomKills: () => Math.max(40, 150 - counts.kills),
    leastKills: 150,
    leastCalls: 60,
  });
});
