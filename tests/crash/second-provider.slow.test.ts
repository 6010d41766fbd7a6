import { afterAll, describe } from 'vitest';
import { killMatrix } from '../fixtures/processes/kill-matrix.ts';
import { KillCounts } from '../fixtures/processes/killing.ts';
import { TinyWorld } from '../fixtures/tiny/tiny-world.ts';

const counts = new KillCounts();
afterAll(() => {
  console.log(`Crash matrix of a provider without a list\n${counts}`);
});

describe('a process killed with SIGKILL has paid once, and the next one has both files', () => {
  killMatrix({
    open: () => TinyWorld.open(),
    counts,
    randomKills: () => Math.max(40, 150 - counts.kills),
    leastKills: 150,
    leastCalls: 60,
  });
});
