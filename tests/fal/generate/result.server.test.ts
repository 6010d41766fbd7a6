import { expect, it } from 'vitest';
import { generateWithFal, resumeFal } from '#lib/fal/index.ts';
import { falProject, INPUT, MODEL } from '../../fixtures/fal/fal-project.ts';

it('waits through every passing fault of the result, and pays once', async () => {
  const { fal, tuning, posts } = await falProject();
  fal.script({ fault: 'gateway-504', on: 'result', times: 2 });
  fal.script({ fault: 'refuse-429', on: 'result' });
  fal.script({ fault: 'html-with-200', on: 'result' });
  fal.script({ fault: 'drop-answer', on: 'result' });
  fal.script({ fault: 'gateway-502', on: 'status' });
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  expect(posts()).toBe(1);
  expect(fal.requests().filter(({ path, method }) => method === 'GET' && /requests\/[^/]+$/.test(path))).toHaveLength(
    6,
  );
});

it('keeps a result without a video whole, and reads it again without buying', async () => {
  const { fal, tuning, posts, records } = await falProject();
  fal.script({ fault: 'no-video' });
  const first = await generateWithFal(MODEL, INPUT, tuning);
  expect(first).toMatchObject({ success: false, code: 'not-found', error: expect.stringMatching(/paid for/) });
  expect(records()).toMatchObject([{ result: { output: { seed: expect.any(Number) } } }]);
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  expect(posts()).toBe(1);
});

it('buys another one by force where the first has no video', async () => {
  const { fal, tuning, posts } = await falProject();
  fal.script({ fault: 'no-video' });
  await generateWithFal(MODEL, INPUT, tuning);
  expect(await generateWithFal(MODEL, INPUT, { ...tuning, force: true })).toMatchObject({ success: true });
  expect(posts()).toBe(2);
});

it('finds the film of a result that fal has forgotten in the history', async () => {
  const { fal, tuning, posts } = await falProject();
  fal.script({ fault: 'refuse-404', on: 'result', times: 'always' });
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  expect(posts()).toBe(1);
});

it('waits through words alone of a server, which a gateway says as well', async () => {
  const { fal, tuning, posts } = await falProject();
  fal.script({ fault: 'refuse-500', on: 'result', times: 4 });
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  expect(posts()).toBe(1);
});

it('takes them for a failure after some minutes, and an equal call looks again without buying', async () => {
  const { fal, tuning, clock, posts, records } = await falProject();
  fal.script({ fault: 'refuse-500', on: 'result', times: 15 });
  const startMs = clock.now();
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({
    ...{ success: false, code: 'provider-failed', error: expect.stringMatching(/Internal Server Error.*force/) },
  });
  expect(clock.now() - startMs).toBeLessThan(5 * 60_000);
  expect(records()).toMatchObject([{ status: 'failed', errorCode: 'provider-failed' }]);
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  expect(posts()).toBe(1);
});

it('buys another one by force after such a failure, and still fetches the first', async () => {
  const { fal, tuning, posts, records } = await falProject();
  await generateWithFal(MODEL, INPUT, { ...tuning, timeoutMs: 1 });
  const [{ taskId = '' } = {}] = records();
  fal.script({ fault: 'refuse-500', on: 'result', match: { taskId }, times: 15 });
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: false });
  const forced = await generateWithFal(MODEL, INPUT, { ...tuning, force: true });
  expect(forced).toMatchObject({ success: true });
  expect(await generateWithFal(MODEL, INPUT, tuning)).toEqual(forced);
  expect(await resumeFal({ ...tuning, ignoreBackoff: true })).toMatchObject([{ success: true }]);
  expect(records()).toMatchObject([{ status: 'ready', taskId }, { status: 'ready' }]);
  expect(posts()).toBe(2);
});
