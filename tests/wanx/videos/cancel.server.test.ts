import { describe, expect, it, vi } from 'vitest';
import {
  cancelVideo,
  generateAndStoreVideo,
  getVideoMetadata,
  setVideoMetadata,
  withdrawOrder,
} from '#lib/wanx/index.ts';
import { AGE_OF_SAIL, HARBOUR, wanProject } from '../../fixtures/records/wan-project.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

const HOUR_MS = 3_600_000;

/** A task that waits for a quarter of an hour, and then runs for the rest of an hour. */
async function waitingTask() {
  const clock = new VirtualClock();
  const project = await wanProject({ clock, taskDurationMs: HOUR_MS });
  const made = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock, timeoutMs: 10 });
  const taskId = made.success ? '' : made.taskId;
  const record = () => getVideoMetadata('harbour', 'sail');
  const cancel = () => cancelVideo('harbour', 'sail', { clock });
  const cancels = () => project.sandbox.requests().filter(({ path }) => path.endsWith('/cancel')).length;
  return { ...project, clock, taskId, record, cancel, cancels };
}

it('a cancellation that did not reach the provider says so, and reaches it when it is repeated', async () => {
  const { sandbox, taskId, record, cancel } = await waitingTask();
  const address = sandbox.env.DASHSCOPE_HTTP_BASE_URL;
  vi.stubEnv('DASHSCOPE_HTTP_BASE_URL', 'http://127.0.0.1:1/api/v1');
  const failure = { code: 'network', taskId, billable: 'maybe', message: expect.stringMatching(/cancel it again/) };
  await expect(cancel()).rejects.toMatchObject(failure);
  const { canceledAt } = record() ?? {};
  expect(record()).toMatchObject({ status: 'failed', errorCode: 'aborted', canceledAt: expect.any(String) });
  expect(record()?.cancelConfirmed).toBeUndefined();
  await expect(cancel()).rejects.toMatchObject(failure);
  vi.stubEnv('DASHSCOPE_HTTP_BASE_URL', address);
  expect(await cancel()).toMatchObject({ stoppedAtProvider: true, mayBeBilled: false, metadata: { taskId } });
  expect(record()).toMatchObject({ cancelConfirmed: true, canceledAt });
  expect(sandbox.tasks()[0]?.status).toBe('CANCELED');
  await expect(cancel()).rejects.toMatchObject({ code: 'not-found' });
});

it('a cancellation whose process was killed before the answer is finished by the next', async () => {
  const { sandbox, clock, record, cancel, cancels } = await waitingTask();
  const canceledAt = new Date(clock.now()).toISOString();
  await setVideoMetadata({ spotId: 'harbour', eraId: 'sail', status: 'failed', errorCode: 'aborted', canceledAt });
  expect(await cancel()).toMatchObject({ stoppedAtProvider: true, mayBeBilled: false });
  expect([record()?.cancelConfirmed, sandbox.tasks()[0]?.status, cancels()]).toEqual([true, 'CANCELED', 1]);
});

it.each([
  ['runs', HOUR_MS / 2],
  ['is over', 2 * HOUR_MS],
])('a task that %s can be stopped no more, also when asked again', async (_name, afterMs) => {
  const { clock, record, cancel, cancels } = await waitingTask();
  await clock.advance(afterMs);
  const expected = { stoppedAtProvider: false, mayBeBilled: true };
  expect(await cancel()).toMatchObject(expected);
  const before = record();
  expect(before).toMatchObject({ cancelConfirmed: false });
  expect(await cancel()).toMatchObject(expected);
  expect(record()).toEqual(before);
  expect(cancels()).toBe(1);
});

it('a task is not taken for one that is over because the settings name another service by now', async () => {
  const { sandbox, taskId, record, cancel, cancels } = await waitingTask();
  vi.stubEnv('DASHSCOPE_HTTP_BASE_URL', 'https://dashscope-intl.aliyuncs.com/api/v1');
  await expect(cancel()).rejects.toMatchObject({ code: 'config', taskId, billable: 'maybe' });
  expect(record()?.cancelConfirmed).toBeUndefined();
  expect(cancels()).toBe(0);
  vi.stubEnv('DASHSCOPE_HTTP_BASE_URL', sandbox.env.DASHSCOPE_HTTP_BASE_URL);
  expect(await cancel()).toMatchObject({ stoppedAtProvider: true });
});

describe('an order that is withdrawn', () => {
  const ids = { spotId: 'harbour', eraId: 'sail' };

  it('leaves the video as it was, where nothing was bought', async () => {
    await wanProject();
    await setVideoMetadata({ ...ids, status: 'failed', errorCode: 'aborted', error: 'Stopped.' });
    await withdrawOrder('harbour', 'sail');
    expect(getVideoMetadata('harbour', 'sail')).toMatchObject({ status: 'pending' });
    expect(getVideoMetadata('harbour', 'sail')?.error).toBeUndefined();
  });

  it('leaves any other failure on record', async () => {
    await wanProject();
    await setVideoMetadata({ ...ids, status: 'failed', errorCode: 'budget', error: 'Too dear.' });
    await withdrawOrder('harbour', 'sail');
    expect(getVideoMetadata('harbour', 'sail')).toMatchObject({ status: 'failed', error: 'Too dear.' });
  });

  it('is cancelled where its submission has left', async () => {
    const { sandbox, clock } = await waitingTask();
    await withdrawOrder('harbour', 'sail', { clock });
    expect(sandbox.tasks()[0]?.status).toBe('CANCELED');
  });
});
