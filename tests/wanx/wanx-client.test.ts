import { describe, expect, it } from 'vitest';
import { spansFor } from '#lib/wanx/dashscope/list-tasks.server.ts';
import type { WanxTaskSummary } from '#lib/wanx/dashscope/task.ts';
import { VirtualClock } from '../fixtures/virtual-clock.ts';
import {
  type Answer,
  FakeDashScope,
  KEY,
  rejection,
  SUCCEEDED,
  TASK_ID,
  taskAnswer,
  testClient,
  VIDEO_URL,
} from '../fixtures/wire/dashscope.ts';
import { mockNetwork } from '../fixtures/wire/mock-network.ts';

const provider = new FakeDashScope();
mockNetwork(provider.handler);
const HOUR_MS = 3_600_000;

function setUp(...answers: Answer[]) {
  provider.answer(...answers);
  const clock = new VirtualClock();
  return { clock, client: testClient({ clock }) };
}

describe('a workspace', () => {
  it.each(['ws-1\n', 'wö-1', 'ws 1', ''])('is refused when made: %j, which no header can hold', (workspaceId) => {
    const make = () => testClient({ workspaceId });
    expect(make).toThrow(expect.objectContaining({ code: 'config', stage: 'configuring', billable: 'no' }));
  });
});

describe('clockAheadMs', () => {
  it.each([
    ['ahead', -26],
    ['behind', 3],
  ])('is known from the Date of an answer: our clock is %s', async (_name, hours) => {
    const { clock, client } = setUp();
    const headers = { date: new Date(clock.now() + hours * HOUR_MS).toUTCString() };
    provider.answer({ ...taskAnswer('RUNNING'), headers });
    expect(client.clockAheadMs).toBeUndefined();
    await client.getTask(TASK_ID);
    expect(client.clockAheadMs).toBe(-hours * HOUR_MS);
  });

  it('is not known from an answer without one, or with nonsense', async () => {
    const { client } = setUp({ ...taskAnswer('RUNNING'), headers: { date: 'yesterday' } });
    await client.getTask(TASK_ID);
    expect(client.clockAheadMs).toBeUndefined();
  });
});

describe('getTask', () => {
  it('asks once, with the key and without the header of submissions', async () => {
    const { client } = setUp(SUCCEEDED);
    const task = await client.getTask(TASK_ID);
    expect(task).toMatchObject({ status: 'SUCCEEDED', videoUrl: VIDEO_URL, expiresAt: new Date(1_795_305_600_000) });
    expect(provider.seen).toHaveLength(1);
    expect(provider.seen[0]).toMatchObject({ method: 'GET', path: `/api/v1/tasks/${TASK_ID}` });
    expect(provider.seen[0]?.headers.get('authorization')).toBe(`Bearer ${KEY}`);
    expect(provider.seen[0]?.headers.has('x-dashscope-async')).toBe(false);
  });

  it.each(['FAILED', 'CANCELED', 'UNKNOWN'])('gives back a task that is %s, without a deadline', async (status) => {
    const { client } = setUp(taskAnswer(status, { code: 'DataInspectionFailed', message: 'm' }));
    const task = await client.getTask(TASK_ID);
    expect(task).toMatchObject({ status, code: 'DataInspectionFailed', message: 'm' });
    expect(task.expiresAt).toBeUndefined();
  });

  it('counts the deadline from the submission that it is told of', async () => {
    const { clock, client } = setUp(taskAnswer('RUNNING'));
    const submittedAt = new Date(clock.now() - HOUR_MS);
    const task = await client.getTask(TASK_ID, { submittedAt });
    expect(task.expiresAt).toEqual(new Date(clock.now() + 23 * HOUR_MS));
  });

  it.each<[string, Answer, object]>([
    ['503', { status: 503, body: {} }, { code: 'provider-failed', retryable: true }],
    ['429', { status: 429, body: {} }, { code: 'rate-limited', retryable: true }],
    ['no connection', { broken: true }, { code: 'network', retryable: true }],
    ['a cut body', { body: '{' }, { code: 'provider-failed', retryable: true }],
    ['401', { status: 401, body: { code: 'InvalidApiKey', message: 'm' } }, { code: 'auth', retryable: false }],
  ])('reports %s at once, with the task id', async (_name, answer, expected) => {
    const { client } = setUp(answer);
    expect(await rejection(client.getTask(TASK_ID))).toMatchObject({ taskId: TASK_ID, billable: 'maybe', ...expected });
    expect(provider.seen).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['a dot', '.'],
    ['two dots', '..'],
    ['513 characters', 'x'.repeat(513)],
    ['half a character', '\ud800'],
  ])('sends nothing for an id of %s', async (_name, taskId) => {
    const { client } = setUp(SUCCEEDED);
    // Neither `no` nor `generating`, which would say of a task that it has failed itself.
    const refusal = { code: 'invalid-input', billable: 'maybe', stage: 'configuring' };
    expect(await rejection(client.getTask(taskId))).toMatchObject(refusal);
    expect(await rejection(client.cancelTask(taskId))).toMatchObject(refusal);
    expect(await rejection(client.waitForTask(taskId))).toMatchObject(refusal);
    expect(provider.seen).toHaveLength(0);
  });

  it.each([
    ['video:0198.7f', 'video%3A0198.7f'],
    ['eu/tasks/1', 'eu%2Ftasks%2F1'],
    ['../7', '..%2F7'],
    ['a?b#c', 'a%3Fb%23c'],
    ['%2e%2e', '%252e%252e'],
    ['a b', 'a%20b'],
    ['...', '...'],
  ])('asks for the task %s as its provider named it', async (taskId, inPath) => {
    const { client } = setUp(SUCCEEDED);
    await client.getTask(taskId);
    await client.waitForTask(taskId);
    await client.cancelTask(taskId);
    const path = `/api/v1/tasks/${inPath}`;
    expect(provider.seen.map((request) => request.path)).toEqual([path, path, `${path}/cancel`]);
  });

  it('does not take wrong options for a failure of the task', async () => {
    const { client } = setUp(SUCCEEDED);
    const options = { timeoutMs: Number.NaN };
    for (const call of [client.getTask(TASK_ID, options), client.waitForTask(TASK_ID, options)]) {
      expect(await rejection(call)).toMatchObject({ code: 'invalid-input', stage: 'configuring' });
    }
  });
});

describe('generateVideoFromText', () => {
  it('submits, waits, and passes its options to the right place', async () => {
    const { client } = setUp(taskAnswer('PENDING'), taskAnswer('RUNNING'), SUCCEEDED);
    const statuses: string[] = [];
    const task = await client.generateVideoFromText('a harbour', {
      resolution: '1080P',
      seed: 7,
      pollIntervalMs: 10,
      timeoutMs: 60_000,
      onUpdate: (update) => statuses.push(update.status),
    });
    expect(task).toMatchObject({ status: 'SUCCEEDED', videoUrl: VIDEO_URL });
    expect(statuses).toEqual(['RUNNING', 'SUCCEEDED']);
    expect(provider.seen.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
    expect(provider.seen[0]?.body).toEqual({
      model: 'wan2.7-t2v',
      input: { prompt: 'a harbour' },
      parameters: { resolution: '1080P', ratio: '16:9', duration: 5, prompt_extend: false, watermark: false, seed: 7 },
    });
  });

  it('ends the waiting and not the task, which it names', async () => {
    const { client } = setUp(taskAnswer('PENDING'));
    const error = await rejection(client.generateVideoFromText('a harbour', { timeoutMs: 5000 }));
    expect(error).toMatchObject({ code: 'timeout', taskId: TASK_ID, retryable: true, billable: 'maybe' });
    expect(provider.seen.some(({ path }) => path.endsWith('/cancel'))).toBe(false);
  });
});

describe('generateVideoFromImage', () => {
  it('sends a URL byte for byte, with its last frame', async () => {
    const { client } = setUp(taskAnswer('PENDING'), SUCCEEDED);
    const image = 'https://example.com/a%20b.png?sig=a%2Bb+c';
    await client.generateVideoFromImage(image, { prompt: 'pan', lastFrame: 'oss://bucket/z.png' });
    expect(provider.seen[0]?.body).toMatchObject({
      model: 'wan2.7-i2v',
      input: {
        prompt: 'pan',
        media: [
          { type: 'first_frame', url: image },
          { type: 'last_frame', url: 'oss://bucket/z.png' },
        ],
      },
    });
  });
});

describe('cancelTask', () => {
  it('posts without a body', async () => {
    const { client } = setUp({ body: { request_id: 'r' } });
    await client.cancelTask(TASK_ID);
    expect(provider.seen).toHaveLength(1);
    expect(provider.seen[0]).toMatchObject({
      method: 'POST',
      path: `/api/v1/tasks/${TASK_ID}/cancel`,
      body: undefined,
    });
  });

  const tooLate = { status: 400, body: { code: 'UnsupportedOperation', message: 'Failed to cancel the task' } };

  it('does not take a refusal with HTTP 200 for a task that was stopped', async () => {
    const refusal = { body: { code: 'BailianGateway.Workspace.NotAuthorised', message: 'no' } };
    const { client } = setUp(refusal, taskAnswer('PENDING'));
    expect(await rejection(client.cancelTask(TASK_ID))).toMatchObject({ code: 'auth', billable: 'maybe' });
  });

  it('says of a running task that it goes on and is billed', async () => {
    const { client } = setUp(tooLate, taskAnswer('RUNNING'));
    const error = await rejection(client.cancelTask(TASK_ID));
    expect(error).toMatchObject({ code: 'invalid-input', taskId: TASK_ID, billable: 'maybe' });
    expect(String(error)).toMatch(/PENDING.*billed/);
  });

  it('is content with a task that is cancelled already: the answer to a first cancel may have been lost', async () => {
    const { client } = setUp(tooLate, taskAnswer('CANCELED'));
    await expect(client.cancelTask(TASK_ID)).resolves.toBeUndefined();
  });
});

describe('listTasks', () => {
  const clock = new VirtualClock();
  const row = (id: string, ageMs: number) => ({
    task_id: id,
    status: 'SUCCEEDED',
    model_name: 'wan2.7-t2v',
    gmt_create: clock.now() - ageMs,
    request_id: `r-${id}`,
  });
  const page = (rows: unknown[], totalPages?: number): Answer => ({
    body: { data: rows as never, ...(totalPages !== undefined && { total_page: totalPages }) },
  });
  async function listed(list: AsyncIterable<WanxTaskSummary>): Promise<string[]> {
    const ids: string[] = [];
    for await (const task of list) ids.push(task.taskId);
    return ids;
  }

  it('reads every page of the last day, each task once though pages shift', async () => {
    provider.answer(page([row('a', 1), row('b', 2)], 3), page([row('b', 2), row('c', 3)], 3), page([row('d', 4)], 3));
    const list = testClient({ clock }).listTasks({ model: 'wan2.7-t2v', status: 'SUCCEEDED', pageSize: 2 });
    expect(await listed(list)).toEqual(['a', 'b', 'c', 'd']);
    const filter = 'model_name=wan2.7-t2v&status=SUCCEEDED';
    expect(provider.seen.map(({ path }) => path)).toEqual(
      [1, 2, 3].map((no) => `/api/v1/tasks/?${filter}&page_no=${no}&page_size=2`),
    );
  });

  it('stops at a short page when no page count is given, and at an empty one always', async () => {
    provider.answer(page([row('a', 1), row('b', 2)]), page([row('c', 3)]), page([row('never', 3)]));
    expect(await listed(testClient({ clock }).listTasks({ pageSize: 2 }))).toEqual(['a', 'b', 'c']);
    provider.answer(page([], 99));
    expect(await listed(testClient({ clock }).listTasks())).toEqual([]);
    expect(provider.seen).toHaveLength(1);
  });

  it('asks for the whole day and chooses by epoch time, because the zone of the filter is not known', async () => {
    provider.answer(
      page([row('new', HOUR_MS), row('in', 2 * HOUR_MS), row('edge', 3 * HOUR_MS), row('old', 4 * HOUR_MS)], 1),
    );
    const startTime = new Date(clock.now() - 3 * HOUR_MS);
    const endTime = new Date(clock.now() - 2 * HOUR_MS);
    expect(await listed(testClient({ clock }).listTasks({ startTime, endTime }))).toEqual(['in', 'edge']);
    expect(provider.seen.map(({ path }) => path)).toEqual(['/api/v1/tasks/?page_no=1&page_size=10']);
  });

  it('keeps a row whose time is not told: it may be the one looked for', async () => {
    provider.answer(page([{ task_id: 'a', status: 'RUNNING' }], 1));
    expect(await listed(testClient({ clock }).listTasks())).toEqual(['a']);
  });

  it('is read lazily: a caller who breaks off asks for no more pages', async () => {
    provider.answer(page([row('a', 1)], 5));
    for await (const task of testClient({ clock }).listTasks()) {
      expect(task).toMatchObject({ requestId: 'r-a', model: 'wan2.7-t2v', createdAt: new Date(clock.now() - 1) });
      break;
    }
    expect(provider.seen).toHaveLength(1);
  });

  it('repeats a page that fails for a moment, and gives up on one that keeps failing', async () => {
    const bad = { status: 503, headers: { 'retry-after': '3' }, body: {} };
    provider.answer(bad, { broken: true }, page([row('a', 1)], 1));
    const own = new VirtualClock({ nowMs: clock.now() });
    expect(await listed(testClient({ clock: own }).listTasks())).toEqual(['a']);
    expect(own.waits[0]).toBe(3000);
    provider.answer(bad);
    expect(await rejection(listed(testClient({ clock: own }).listTasks()))).toMatchObject({
      code: 'provider-failed',
      retryable: true,
    });
    expect(provider.seen).toHaveLength(4);
    provider.answer({ status: 403, body: { code: 'AccessDenied', message: 'm' } });
    expect(await rejection(listed(testClient({ clock: own }).listTasks()))).toMatchObject({ code: 'auth' });
    expect(provider.seen).toHaveLength(1);
  });
});

describe('spansFor', () => {
  const nowMs = Date.UTC(2026, 10, 21, 12);
  it('covers an older window in every zone, a day at a time', () => {
    expect(spansFor(Date.UTC(2026, 10, 18, 12), Date.UTC(2026, 10, 18, 20), nowMs)).toEqual([
      { start_time: '20261118040000', end_time: '20261119040000' },
      { start_time: '20261119040000', end_time: '20261119050000' },
    ]);
  });
  it('asks without times for what the last day holds', () => {
    expect(spansFor(nowMs - 24 * HOUR_MS, nowMs, nowMs)).toEqual([{}]);
  });
});
