import { describe, expect, it } from 'vitest';
import { scriptedFailure, scriptedRefusal } from '#lib/sandbox/dashscope/world/world.server.ts';
import { openSandbox } from '../../../fixtures/sandbox-client.ts';

describe('the status of a task', () => {
  it('waits while five others of its model run, but not for another model', async () => {
    const client = await openSandbox({ enforceLimits: false });
    const ids = [];
    for (let index = 0; index < 6; index += 1) ids.push(await client.submit());
    const other = await client.submit({ model: 'wan3.0-video', input: { prompt: 'x' }, parameters: {} });
    client.clock.advance(999);
    const statuses = await Promise.all([...ids, other].map(async (id) => (await client.task(id)).output.task_status));
    expect(statuses).toEqual([...Array(5).fill('RUNNING'), 'PENDING', 'RUNNING']);
    client.clock.advance(1);
    expect((await client.task(ids[5] ?? '')).output.task_status).toBe('RUNNING');
  });

  it('of 3.0 that mixes frames and references is taken on and fails later', async () => {
    const client = await openSandbox();
    const media = ['first_frame', 'reference_image'].map((type) => ({ type, url: 'https://example.org/1.png' }));
    const taskId = await client.submit({ model: 'wan3.0-video', input: { media }, parameters: {} });
    client.clock.advance(1000);
    expect((await client.task(taskId)).output).toMatchObject({ task_status: 'FAILED', code: 'InvalidParameter' });
  });
});

describe('what a script says of a refusal or a failure', () => {
  it('takes the place of the usual words', () => {
    expect(scriptedRefusal({ fault: 'refuse-429' })).toMatchObject({ status: 429, code: 'Throttling.RateQuota' });
    expect(scriptedRefusal({ fault: 'refuse-429', code: 'C', message: 'm' })).toEqual({
      status: 429,
      code: 'C',
      message: 'm',
    });
    expect(scriptedRefusal({ fault: 'cut' })).toBeUndefined();
  });

  it('belongs to a failure only', () => {
    expect(scriptedFailure({ fault: 'task-failed', code: 'C' })).toEqual({ failure: { code: 'C', message: 'C' } });
    expect(scriptedFailure({ fault: 'moderation', code: 'C', message: 'm' })).toEqual({
      failure: { code: 'C', message: 'm' },
    });
    expect(scriptedFailure({ fault: 'task-failed' })).toEqual({});
    expect(scriptedFailure({ fault: 'never-finishes', code: 'C' })).toEqual({});
  });
});
