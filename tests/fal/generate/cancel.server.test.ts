import { expect, it } from 'vitest';
import { cancelFal, generateWithFal, resumeFal } from '#lib/fal/index.ts';
import { falProject, INPUT, MODEL } from '../../fixtures/fal/fal-project.ts';

async function leftProject() {
  const project = await falProject();
  const { fal, tuning } = project;
  fal.script({ fault: 'never-finishes' });
  await generateWithFal(MODEL, INPUT, { ...tuning, timeoutMs: 500 });
  return { ...project, requestId: fal.falRequests()[0]?.requestId ?? '' };
}

it('stops a request at fal, and buys another one when it is asked for again', async () => {
  const { requestId, records, tuning, posts } = await leftProject();
  expect(await cancelFal(requestId, tuning)).toEqual({ isStopped: true });
  expect(records()).toMatchObject([{ cancelConfirmed: true, errorCode: 'aborted', taskId: requestId }]);
  expect(await resumeFal({ ...tuning, ignoreBackoff: true })).toEqual([]);
  await expect(cancelFal(requestId, tuning)).rejects.toMatchObject({ code: 'not-found' });
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  expect(posts()).toBe(2);
});

it('ends the work on it in this process', async () => {
  const { fal, tuning } = await falProject();
  fal.script({ fault: 'never-finishes' });
  const running = generateWithFal(MODEL, INPUT, tuning);
  while (!fal.requests().some(({ path }) => path.endsWith('/status'))) await new Promise(setImmediate);
  await cancelFal(fal.falRequests()[0]?.requestId ?? '', tuning);
  expect(await running).toMatchObject({ success: false, code: 'aborted' });
});

it('continues one that fal could not be asked about, without buying', async () => {
  const { fal, requestId, tuning, posts } = await leftProject();
  fal.script({ fault: 'gateway-502', on: 'cancel' });
  await expect(cancelFal(requestId, tuning)).rejects.toMatchObject({ code: 'provider-failed', taskId: requestId });
  fal.letFinish('harbour');
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  expect(posts()).toBe(1);
});

it('says that a finished one can no longer be stopped', async () => {
  const { fal, requestId, tuning, clock } = await leftProject();
  fal.letFinish('harbour');
  clock.advance(4000);
  expect(await cancelFal(requestId, tuning)).toEqual({ isStopped: false });
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  await expect(cancelFal('none', tuning)).rejects.toMatchObject({ code: 'not-found' });
});
