import { afterAll, describe } from 'vitest';
import { OpenAIVideosWorld } from '../fixtures/openai-videos/videos-world.ts';
import { killMatrix } from '../fixtures/processes/kill-matrix.ts';
import { KillCounts } from '../fixtures/processes/killing.ts';

const counts = new KillCounts();
afterAll(() => {
  console.log(`Crash matrix of OpenAI's videos\n${counts}`);
});

describe('a process killed with SIGKILL has paid once, and the next one has the film and its pictures', () => {
  killMatrix({
    open: () => OpenAIVideosWorld.open(),
    counts,
    randomKills: () => Math.max(40, 150 - counts.kills),
    leastKills: 150,
    leastCalls: 60,
  });
});
