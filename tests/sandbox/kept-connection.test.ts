import { Agent, get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { openSandbox } from '../fixtures/sandbox-client.ts';

it('answers a request that comes on a kept connection while the answer before it is still ending', async () => {
  const client = await openSandbox({ clock: systemClock, taskDurationMs: 0 });
  const { url } = await client.finishedLink();
  client.sandbox.script({ fault: 'slow', bytesPerSecond: 1_000_000, times: 'always' });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const fetched = () =>
    new Promise<Buffer>((resolve, reject) => {
      get(url, { agent }, (response) => void buffer(response).then(resolve, reject)).on('error', reject);
    });
  const [first, second] = [await fetched(), await fetched()];
  expect(second.equals(first)).toBe(true);
  agent.destroy();
});
