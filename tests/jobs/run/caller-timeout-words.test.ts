import { expect, it } from 'vitest';
import { JobBench } from '../../fixtures/fake-provider.ts';

it.each([
  [400, 'not finished after 400 ms of waiting'],
  [999, 'not finished after 999 ms of waiting'],
  [1000, 'not finished after 1 s of waiting'],
  [90_000, 'not finished after 1 min 30 s of waiting'],
])('a caller who leaves after %d ms is told that it waited so long', async (timeoutMs, words) => {
  const bench = await JobBench.open();
  bench.provider.onRead = async (taskId) => ({ taskId, phase: 'generating', assets: [], lookAgainAfterMs: timeoutMs });
  await expect(bench.run({ timeoutMs })).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringContaining(words),
  });
});
