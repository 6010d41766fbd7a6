import { describe, expect, it } from 'vitest';
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
