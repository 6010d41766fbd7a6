import { expect, it } from 'vitest';
import { RateLimit, type SlotBook } from '#lib/wanx/dashscope/rate-limit.ts';
import { describeRateLimit } from '../../contracts/rate-limit.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import { answered } from '../../fixtures/wire/limited-requests.ts';

describeRateLimit('a process for itself', (limit, windowMs, clock) => new RateLimit(limit, windowMs, clock));

it('gives the place back when it comes too late for a cancelled caller', async () => {
  const clock = new VirtualClock();
  let arrive = () => {};
  const late = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const slowBook: SlotBook = {
    owner: 'x',
    update: async (change) => {
      const { result } = change({ slots: [] });
      await late;
      return result;
    },
  };
  const limit = new RateLimit(1, 1000, clock, slowBook);
  const controller = new AbortController();
  const refused = limit.run(answered, controller.signal);
  controller.abort();
  await expect(refused).rejects.toMatchObject({ code: 'aborted' });
  arrive();
  const startMs = clock.now();
  await limit.run(answered);
  expect(clock.now() - startMs).toBeLessThanOrEqual(1000);
});
