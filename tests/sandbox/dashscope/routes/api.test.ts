import { describe, expect, it } from 'vitest';
import { openSandbox, TEXT_27 } from '../../../fixtures/sandbox-client.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('a task', () => {
  it('goes from PENDING over RUNNING to SUCCEEDED as time passes', async () => {
    const client = await openSandbox({ taskDurationMs: 1000 });
    const taskId = await client.submit();
    const pending = await client.task(taskId);
    expect(pending.output).toEqual({ task_id: taskId, task_status: 'PENDING', submit_time: '2026-11-21 08:00:00.000' });
    client.clock.advance(250);
    expect((await client.task(taskId)).output.task_status).toBe('RUNNING');
    client.clock.advance(749);
    expect((await client.task(taskId)).output.task_status).toBe('RUNNING');
    client.clock.advance(1);
    const done = await client.task(taskId);
    expect(done.output).toEqual({
      task_id: taskId,
      task_status: 'SUCCEEDED',
      submit_time: '2026-11-21 08:00:00.000',
      scheduled_time: '2026-11-21 08:00:00.250',
      end_time: '2026-11-21 08:00:01.000',
      orig_prompt: 'a harbour at dawn',
      video_url: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:\d+\/.*\.mp4\?Expires=\d+&OSSAccessKeyId=\w+&Signature=\S+$/,
      ),
    });
  });

  it('states its times in the zone that was chosen', async () => {
    const client = await openSandbox({ zoneOffsetMinutes: 0 });
    expect((await client.task(await client.submit())).output.submit_time).toBe('2026-11-21 00:00:00.000');
  });

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

  it.each([
    ['wan2.5-t2v-preview', { size: '832*480' }, { video_duration: 5, video_ratio: '832*480', video_count: 1 }],
    ['wan2.6-t2v', { size: '1088*832', duration: 3 }, { ...newer(3, 720), size: '1088*832' }],
    ['wan2.7-t2v', { ratio: '1:1', duration: 4 }, { ...newer(4, 1080), ratio: '1:1' }],
    ['wan3.0-video', { resolution: '480P', ratio: '9:16' }, { ...newer(5, 480), ratio: '9:16', fps: 30 }],
  ])('%s is charged in its own terms', async (model, parameters, usage) => {
    const client = await openSandbox();
    const taskId = await client.submit({ model, input: { prompt: 'x' }, parameters });
    client.clock.advance(1000);
    expect((await client.task(taskId)).usage).toEqual(usage);
  });

  it.each([
    ['wan2.5-t2v-preview', {}, true],
    ['wan2.5-t2v-preview', { prompt_extend: false }, false],
    ['wan2.6-t2v', {}, false],
  ])('%s with %o says what the prompt was rewritten to: %s', async (model, parameters, says) => {
    const client = await openSandbox();
    const taskId = await client.submit({ model, input: { prompt: 'x' }, parameters });
    client.clock.advance(1000);
    expect((await client.task(taskId)).output.actual_prompt !== undefined).toBe(says);
  });

  it('of 3.0 that mixes frames and references is taken on and fails later', async () => {
    const client = await openSandbox();
    const media = ['first_frame', 'reference_image'].map((type) => ({ type, url: 'https://example.org/1.png' }));
    const taskId = await client.submit({ model: 'wan3.0-video', input: { media }, parameters: {} });
    client.clock.advance(1000);
    expect((await client.task(taskId)).output).toMatchObject({ task_status: 'FAILED', code: 'InvalidParameter' });
  });

  it('that never was, or is older than a day, is UNKNOWN with status 200 and nothing else', async () => {
    const client = await openSandbox();
    const taskId = await client.submit();
    client.clock.advance(DAY_MS - 1);
    expect((await client.task(taskId)).output.task_status).toBe('SUCCEEDED');
    client.clock.advance(1);
    const unknown = (id: string) => ({
      request_id: expect.any(String),
      output: { task_id: id, task_status: 'UNKNOWN' },
    });
    expect(await client.task(taskId)).toEqual(unknown(taskId));
    expect(await client.task('never-was')).toEqual(unknown('never-was'));
    expect((await client.list()).total).toBe(0);
  });

  it('is refused when asked for more than 20 times a second', async () => {
    const client = await openSandbox();
    const statuses = [];
    for (let index = 0; index < 21; index += 1) statuses.push((await client.call('/tasks/x')).status);
    expect(statuses).toEqual([...Array(20).fill(200), 429]);
    // Each of the three endpoints has its own count.
    expect((await client.call('/tasks')).status).toBe(200);
  });

  function newer(seconds: number, tier: number) {
    return { duration: seconds, input_video_duration: 0, output_video_duration: seconds, SR: tier, video_count: 1 };
  }
});

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

describe('the list', () => {
  it('pages newest first, with the submission’s request id and without prompt or link', async () => {
    const client = await openSandbox({ enforceLimits: false });
    const answers = [];
    for (let index = 0; index < 12; index += 1) {
      answers.push(await (await client.create(TEXT_27)).json());
      client.clock.advance(10);
    }
    client.clock.advance(10_000);
    const first = await client.list();
    expect(first).toMatchObject({ page_no: 1, page_size: 10, total_page: 2, total: 12 });
    expect(first.data).toHaveLength(10);
    const second = await client.list('?page_no=2&page_size=10');
    const rows = [...first.data, ...second.data].reverse();
    expect(rows.map((row) => [row.task_id, row.request_id])).toEqual(
      answers.map(({ output, request_id }) => [output.task_id, request_id]),
    );
    expect(rows[0]).toMatchObject({
      status: 'SUCCEEDED',
      model_name: 'wan2.7-t2v',
      gmt_create: Date.UTC(2026, 10, 21),
    });
    expect(JSON.stringify(first)).not.toMatch(/video_url|harbour|task_status/);
    expect(await (await client.call('/tasks?page_size=12')).json()).toMatchObject({ total_page: 1 });
  });

  it('filters by model, status, id and time', async () => {
    const client = await openSandbox();
    const early = await client.submit();
    client.clock.advance(3_600_000);
    const late = await client.submit({ model: 'wan3.0-video', input: { prompt: 'x' }, parameters: {} });
    const ids = async (query: string) => (await client.list(query)).data.map((row) => row.task_id);
    expect(await ids('?model_name=wan3.0-video')).toEqual([late]);
    expect(await ids('?status=SUCCEEDED')).toEqual([early]);
    expect(await ids(`?task_id=${early}`)).toEqual([early]);
    // 08:30 in the default zone of UTC+8 is 00:30 UTC, between the two.
    expect(await ids('?start_time=20261121083000')).toEqual([late]);
    expect(await ids('?end_time=20261121083000')).toEqual([early]);
    expect(await ids('?start_time=20261121083000&end_time=20261121084500')).toEqual([]);
  });

  it.each(['?start_time=20261120000000&end_time=20261121000001', '?start_time=now', '?page_no=0', '?status=DONE'])(
    'refuses %s',
    async (query) => {
      const client = await openSandbox();
      const response = await client.call(`/tasks/${query}`);
      expect([response.status, await response.json()]).toMatchObject([400, { code: 'InvalidParameter' }]);
    },
  );
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
