import { describe, expect, it } from 'vitest';
import type { WanxTask } from '#lib/wanx/dashscope/task.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import {
  type Answer,
  FakeDashScope,
  rejection,
  SUCCEEDED,
  TASK_ID,
  taskAnswer,
  testClient,
  VIDEO_URL,
} from '../../fixtures/wire/dashscope.ts';
import { mockNetwork } from '../../fixtures/wire/mock-network.ts';

const provider = new FakeDashScope();
mockNetwork(provider.handler);

function setUp(...answers: Answer[]) {
  provider.answer(...answers);
  const clock = new VirtualClock();
  return { clock, client: testClient({ clock }) };
}

describe('waitForTask', () => {
  it('asks at once, soon again, then every 15 s, until the task has succeeded', async () => {
    const { clock, client } = setUp(taskAnswer('PENDING'), ...Array(6).fill(taskAnswer('RUNNING')), SUCCEEDED);
    const task = await client.waitForTask(TASK_ID);
    expect(task).toMatchObject({ taskId: TASK_ID, status: 'SUCCEEDED', videoUrl: VIDEO_URL });
    expect(clock.waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it('keeps a fixed interval when it is given one', async () => {
    const { clock, client } = setUp(...Array(4).fill(taskAnswer('RUNNING')), SUCCEEDED);
    await client.waitForTask(TASK_ID, { pollIntervalMs: 250 });
    expect(clock.waits).toEqual([250, 250, 250, 250]);
  });

  it.each<[string, Answer]>([
    ['429', { status: 429, body: { code: 'Throttling.RateQuota', message: 'slow down' } }],
    ['429 that speaks of money', { status: 429, body: { code: 'PostpaidBillOverdue', message: 'pay' } }],
    ['500', { status: 500, body: { code: 'InternalError', message: 'oops' } }],
    ['502 of a gateway', { status: 502, body: '<html>bad gateway</html>' }],
    ['504', { status: 504, body: '' }],
    ['a broken connection', { broken: true }],
    ['a body that is cut', { body: '{"output":{"task_id":' }],
    ['a body without a status', { body: { output: { task_id: TASK_ID } } }],
    ['a status without an id', { body: { output: { task_status: 'RUNNING' } } }],
    ['a busy server with HTTP 200', { body: { code: 'Throttling.RateQuota', message: 'slow down' } }],
  ])('outlives %s for as long as it lasts', async (_name, trouble) => {
    const { clock, client } = setUp(...Array(60).fill(trouble), SUCCEEDED);
    await expect(client.waitForTask(TASK_ID)).resolves.toMatchObject({ status: 'SUCCEEDED' });
    expect(clock.waits).toHaveLength(60);
    expect(Math.max(...clock.waits)).toBeLessThanOrEqual(30_000);
    expect(Math.min(...clock.waits)).toBeGreaterThanOrEqual(500);
  });

  it('obeys Retry-After, in seconds and as a date', async () => {
    const { clock, client } = setUp(
      { status: 429, headers: { 'retry-after': '42' }, body: {} },
      { status: 503, headers: { 'retry-after': 'Sat, 21 Nov 2026 00:02:00 GMT' }, body: {} },
      SUCCEEDED,
    );
    await client.waitForTask(TASK_ID);
    expect(clock.waits).toEqual([42_000, 78_000]);
  });

  it('does not ask again when Retry-After is longer than its patience', async () => {
    const { client } = setUp({ status: 429, headers: { 'retry-after': '600' }, body: {} }, SUCCEEDED);
    const error = await rejection(client.waitForTask(TASK_ID, { timeoutMs: 60_000 }));
    expect(error).toMatchObject({ code: 'timeout', taskId: TASK_ID });
    expect(provider.seen).toHaveLength(1);
  });

  it('waits through a word it does not know, and reports it', async () => {
    const { client } = setUp(taskAnswer('SUSPENDED'), taskAnswer('SUSPENDED'), SUCCEEDED);
    const updates: WanxTask[] = [];
    await client.waitForTask(TASK_ID, { onUpdate: (task) => updates.push(task) });
    expect(updates.map((task) => [task.status, task.unrecognisedStatus])).toEqual([
      ['RUNNING', 'SUSPENDED'],
      ['RUNNING', 'SUSPENDED'],
      ['SUCCEEDED', undefined],
    ]);
  });

  it('is not broken by a listener that throws', async () => {
    const { client } = setUp(taskAnswer('RUNNING'), SUCCEEDED);
    const onUpdate = () => {
      throw new Error('listener');
    };
    await expect(client.waitForTask(TASK_ID, { onUpdate })).resolves.toMatchObject({ status: 'SUCCEEDED' });
  });

  it.each([
    ['PENDING', 'queued'],
    ['RUNNING', 'generating'],
    ['SUSPENDED', 'generating'],
  ])('runs out of patience while %s, and leaves the task resumable', async (status, stage) => {
    const { clock, client } = setUp(taskAnswer(status));
    const startMs = clock.now();
    const error = await rejection(client.waitForTask(TASK_ID, { timeoutMs: 100_000 }));
    expect(error).toMatchObject({ code: 'timeout', retryable: true, billable: 'maybe', taskId: TASK_ID, stage });
    expect(String(error)).toContain(status);
    expect(clock.now() - startMs).toBe(100_000);
  });

  it('asks a last time at the deadline', async () => {
    const { client } = setUp(taskAnswer('RUNNING'), SUCCEEDED);
    await expect(client.waitForTask(TASK_ID, { timeoutMs: 10 })).resolves.toMatchObject({ status: 'SUCCEEDED' });
  });

  it('tells in the timeout what stood in the way', async () => {
    const { client } = setUp({ status: 500, body: {} });
    const error = await rejection(client.waitForTask(TASK_ID, { timeoutMs: 5000 }));
    expect(error).toMatchObject({ code: 'timeout', taskId: TASK_ID, cause: { code: 'provider-failed' } });
  });

  it('stops at once when it is cancelled while waiting, and says that the task goes on', async () => {
    provider.answer(taskAnswer('RUNNING'));
    const clock = new VirtualClock({ auto: false });
    const controller = new AbortController();
    const waiting = rejection(testClient({ clock }).waitForTask(TASK_ID, { signal: controller.signal }));
    await clock.somebodyWaits();
    controller.abort(new Error('enough'));
    expect(await waiting).toMatchObject({ code: 'aborted', taskId: TASK_ID, billable: 'maybe' });
    expect(clock.pending).toBe(0);
    expect(provider.seen).toHaveLength(1);
  });

  it('asks nothing when it is cancelled beforehand', async () => {
    const { client } = setUp(SUCCEEDED);
    const error = await rejection(client.waitForTask(TASK_ID, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'aborted', taskId: TASK_ID });
    expect(provider.seen).toHaveLength(0);
  });

  it.each<[string, Answer, object]>([
    ['UNKNOWN', taskAnswer('UNKNOWN'), { code: 'expired', billable: 'maybe', retryable: false }],
    ['CANCELED', taskAnswer('CANCELED'), { code: 'aborted', billable: 'no', retryable: false }],
    [
      'FAILED by the filter',
      taskAnswer('FAILED', { code: 'DataInspectionFailed', message: 'Output data may contain…' }),
      { code: 'rejected', billable: 'no', retryable: false, requestId: 'request-1' },
    ],
    [
      'FAILED at the provider',
      taskAnswer('FAILED', { code: 'InternalError.Algo', message: 'x' }),
      { code: 'provider-failed', billable: 'no', retryable: true },
    ],
    ['SUCCEEDED without a URL', taskAnswer('SUCCEEDED'), { code: 'provider-failed', billable: 'yes', retryable: true }],
    ['CANCELLED, as others spell it', taskAnswer('cancelled'), { code: 'aborted', billable: 'no' }],
    [
      'FAILED with its reason at the top',
      { body: { output: { task_status: 'FAILED' }, code: 'DataInspectionFailed', message: 'no' } },
      { code: 'rejected', billable: 'no' },
    ],
    [
      'a refusal with HTTP 200',
      { body: { code: 'BailianGateway.Workspace.NotAuthorised', message: 'no' } },
      { code: 'auth', billable: 'maybe' },
    ],
    ['401', { status: 401, body: { code: 'InvalidApiKey', message: 'no' } }, { code: 'auth', billable: 'maybe' }],
    ['404', { status: 404, body: {} }, { code: 'not-found', billable: 'maybe' }],
  ])('ends on %s at once', async (_name, answer, expected) => {
    const { client } = setUp(answer);
    const error = await rejection(client.waitForTask(TASK_ID));
    expect(error).toMatchObject({ name: 'ReelError', taskId: TASK_ID, ...expected });
    expect(provider.seen).toHaveLength(1);
  });
});

describe('the limit of queries', () => {
  it('holds for all clients of one key together, however many tasks they wait for', async () => {
    provider.answer(...Array(60).fill(taskAnswer('RUNNING')), SUCCEEDED);
    const clock = new VirtualClock();
    const atMs: number[] = [];
    const onUpdate = () => atMs.push(clock.now());
    const clients = [testClient({ clock }), testClient({ clock })];
    const waits = Array.from({ length: 60 }, (_, index) =>
      clients[index % 2]?.waitForTask(`task-${index}`, { onUpdate, pollIntervalMs: 10 }),
    );
    await Promise.all(waits);
    expect(atMs.length).toBeGreaterThan(60);
    const busiest = Math.max(...atMs.map((from) => atMs.filter((at) => at >= from && at < from + 1000).length));
    expect(busiest).toBeLessThanOrEqual(20);
    expect(busiest).toBeGreaterThan(10);
  });
});
