import { expect, it } from 'vitest';
import { generateWithFal } from '#lib/fal/index.ts';
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
