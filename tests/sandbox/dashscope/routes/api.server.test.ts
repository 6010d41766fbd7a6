import { describe, expect, it } from 'vitest';
import { openSandbox } from '../../../fixtures/sandbox-client.ts';

describe('cancelling', () => {
  it('works on a PENDING task, frees its place, and is refused on any other', async () => {
    const client = await openSandbox();
    const taskId = await client.submit();
    const cancel = (id: string) => client.call(`/tasks/${id}/cancel`, { method: 'POST' });
    const done = await cancel(taskId);
    expect([done.status, await done.json()]).toEqual([200, { request_id: expect.any(String) }]);
    client.clock.advance(5000);
    expect((await client.task(taskId)).output.task_status).toBe('CANCELED');
    const running = await client.submit();
    client.clock.advance(500);
    for (const id of [taskId, running, 'never-was']) {
      const refusal = await cancel(id);
      expect([refusal.status, await refusal.json()]).toMatchObject([400, { code: 'UnsupportedOperation' }]);
    }
  });

  it('frees the place for the next in line', async () => {
    const client = await openSandbox({ enforceLimits: false });
    const body = { model: 'wan2.2-t2v-plus', input: { prompt: 'x' }, parameters: {} };
    const ids = [await client.submit(body), await client.submit(body), await client.submit(body)];
    await client.call(`/tasks/${ids[0]}/cancel`, { method: 'POST' });
    client.clock.advance(500);
    expect((await client.task(ids[2] ?? '')).output.task_status).toBe('RUNNING');
  });
});

it('knows no other path', async () => {
  const client = await openSandbox();
  expect((await client.call('/models')).status).toBe(404);
  expect((await client.call('/services/aigc/nothing')).status).toBe(400);
  expect((await client.call('/tasks/x', { method: 'DELETE' })).status).toBe(400);
});

it('is asked with or without a slash at the end', async () => {
  const client = await openSandbox();
  const taskId = await client.submit();
  expect((await (await client.call(`/tasks/${taskId}/`)).json()).output.task_id).toBe(taskId);
  expect((await client.call('/tasks/?page_size=1')).status).toBe(200);
  expect((await client.call(`/tasks/${taskId}/cancel/`, { method: 'POST' })).status).toBe(200);
  expect((await client.task(taskId)).output.task_status).toBe('CANCELED');
});
