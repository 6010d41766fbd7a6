import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import {
  type Answer,
  FakeDashScope,
  KEY,
  rejection,
  TASK_ID,
  taskAnswer,
  testClient,
} from '../../fixtures/wire/dashscope.ts';
import { mockNetwork } from '../../fixtures/wire/mock-network.ts';

const provider = new FakeDashScope();
mockNetwork(provider.handler);

function setUp(...answers: Answer[]) {
  provider.answer(...answers);
  const clock = new VirtualClock();
  return { clock, client: testClient({ clock }) };
}
const request = { prompt: 'a harbour' };
const CREATED = taskAnswer('PENDING');
const LOST = { code: 'unknown-outcome', billable: 'maybe', retryable: false, stage: 'submitting' };

describe('submit', () => {
  it('sends one asynchronous request with the key, and gives back the task', async () => {
    const { clock, client } = setUp(CREATED);
    const task = await client.submit(request);
    expect(task).toMatchObject({ taskId: TASK_ID, status: 'PENDING', requestId: 'request-1' });
    expect(task.expiresAt).toEqual(new Date(clock.now() + 24 * 3_600_000));
    expect(provider.seen).toHaveLength(1);
    const [sent] = provider.seen;
    expect(sent).toMatchObject({
      method: 'POST',
      path: '/api/v1/services/aigc/video-generation/video-synthesis',
      body: { model: 'wan2.7-t2v', input: { prompt: 'a harbour' } },
    });
    expect(sent?.headers.get('authorization')).toBe(`Bearer ${KEY}`);
    expect(sent?.headers.get('content-type')).toBe('application/json');
    expect(sent?.headers.get('x-dashscope-async')).toBe('enable');
    expect(sent?.headers.has('x-dashscope-workspace')).toBe(false);
    expect(sent?.headers.has('x-dashscope-ossresourceresolve')).toBe(false);
  });

  it.each([201, 202])('takes a task for one whatever the kind of success: %i', async (status) => {
    const { client } = setUp({ ...CREATED, status });
    expect(await client.submit(request)).toMatchObject({ taskId: TASK_ID });
    expect(provider.seen).toHaveLength(1);
  });

  it('does not know what a success without a task has made', async () => {
    const { client } = setUp({ status: 202, body: { accepted: true } });
    expect(await rejection(client.submit(request))).toMatchObject(LOST);
    expect(provider.seen).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ['without a status', { body: { output: { task_id: TASK_ID }, request_id: 'r' } }],
    ['with a status that nobody knows', taskAnswer('ACCEPTED')],
    ['as a number', { body: `{"output":{"task_id":${'1'.repeat(20)},"task_status":"PENDING"}}` }],
    ['from a gateway that failed afterwards', { ...CREATED, status: 502 }],
    ['from a gateway that wants fewer requests', { ...CREATED, status: 429 }],
    ['from a gateway that refused the answer', { ...CREATED, status: 403 }],
    ['with a redirect', { ...CREATED, status: 302 }],
    ['beside a failure', taskAnswer('FAILED', { code: 'InvalidParameter', message: 'x' })],
  ])('keeps a task id that comes %s', async (_name, answer) => {
    const { client } = setUp(answer);
    expect((await client.submit(request)).taskId).toMatch(/^(0385dc79-5ff8-4d82-bcb6-000000000001|1{20})$/);
    expect(provider.seen).toHaveLength(1);
  });

  it('takes a refusal that comes with HTTP 200 for one, and an unknown one for an unknown outcome', async () => {
    const code = 'BailianGateway.Workspace.NotAuthorised';
    const refused = setUp({ body: { code, message: 'workspace not authorised', request_id: 'r-1' } });
    const error = await rejection(refused.client.submit(request));
    expect(error).toMatchObject({ code: 'auth', billable: 'no', requestId: 'r-1' });
    const odd = setUp({ body: { code: 'Never.Seen', message: 'x' } });
    expect(await rejection(odd.client.submit(request))).toMatchObject(LOST);
  });

  it('names the workspace, and asks for oss:// inputs to be resolved', async () => {
    provider.answer(CREATED);
    await testClient({ workspaceId: 'ws-1' }).submit({ image: 'oss://bucket/a.png' });
    expect(provider.seen[0]?.headers.get('x-dashscope-workspace')).toBe('ws-1');
    expect(provider.seen[0]?.headers.get('x-dashscope-ossresourceresolve')).toBe('enable');
  });

  it('does not take a prompt that speaks of oss:// for an input', async () => {
    provider.answer(CREATED);
    await testClient().submit({ prompt: 'oss:// written on a wall' });
    expect(provider.seen[0]?.headers.has('x-dashscope-ossresourceresolve')).toBe(false);
  });

  it('repeats a 429 with back-off and Retry-After, and then succeeds', async () => {
    const throttled = { status: 429, body: { code: 'Throttling.RateQuota', message: 'x' } };
    const { clock, client } = setUp(throttled, { ...throttled, headers: { 'retry-after': '7' } }, CREATED);
    const waits: unknown[] = [];
    const onWait = (wait: { waitMs: number }) => {
      waits.push(wait);
      throw new Error('a listener of no account');
    };
    await expect(client.submit(request, { onWait })).resolves.toMatchObject({ taskId: TASK_ID });
    expect(clock.waits).toEqual([750, 7000]);
    expect(waits).toMatchObject([
      { attempt: 1, waitMs: 750, reason: expect.any(String) },
      { attempt: 2, waitMs: 7000 },
    ]);
  });

  it('gives up on 429 after four attempts, as rate-limited', async () => {
    const { client } = setUp({ status: 429, body: { code: 'Throttling', message: 'x' } });
    const error = await rejection(client.submit(request));
    expect(error).toMatchObject({ code: 'rate-limited', retryable: true, billable: 'no', stage: 'submitting' });
    expect(provider.seen).toHaveLength(4);
  });

  it('does not wait out a Retry-After of minutes', async () => {
    const { clock, client } = setUp({ status: 429, headers: { 'retry-after': '61' }, body: {} });
    expect(await rejection(client.submit(request))).toMatchObject({ code: 'rate-limited' });
    expect(provider.seen).toHaveLength(1);
    expect(clock.waits).toEqual([]);
  });

  it.each<[string, Answer, object]>([
    [
      'a refusal',
      { status: 400, body: { code: 'InvalidParameter', message: 'm', request_id: 'r-9' } },
      { code: 'invalid-input', requestId: 'r-9' },
    ],
    ['a wrong key', { status: 401, body: { error: { code: 'invalid_api_key', message: 'm' } } }, { code: 'auth' }],
    ['a debt behind a 429', { status: 429, body: { code: 'PostpaidBillOverdue', message: 'm' } }, { code: 'quota' }],
    [
      'no capacity',
      { status: 503, body: { code: 'ModelUnavailable', message: 'm' } },
      { code: 'provider-failed', retryable: true },
    ],
    ['a redirect', { status: 307, headers: { location: 'https://elsewhere.test/' } }, { code: 'config' }],
  ])('asks once and surely buys nothing on %s', async (_name, answer, expected) => {
    const { client } = setUp(answer);
    expect(await rejection(client.submit(request))).toMatchObject({ billable: 'no', stage: 'submitting', ...expected });
    // A followed redirect would fail otherwise: msw has no handler for the other host.
    expect(provider.seen).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ['500', { status: 500, body: { code: 'InternalError', message: 'm' } }],
    ['a gateway that gave up', { status: 504, body: 'timeout' }],
    ['502 without a body', { status: 502, body: '' }],
    ['a timeout of the gateway', { status: 500, body: { code: 'RequestTimeOut', message: 'm' } }],
    ['200 with a cut body', { body: '{"output":{"task_id":"abc' }],
    ['200 without a task id', { body: { output: { task_status: 'PENDING' }, request_id: 'r-9' } }],
    ['200 with an error body', { body: { code: 'Odd', message: 'm' } }],
    ['a broken connection', { broken: true }],
    ['an endless answer', { body: `"${'x'.repeat(5_000_000)}"` }],
  ])('asks once and leaves the outcome open on %s', async (_name, answer) => {
    const { client } = setUp(answer);
    const error = await rejection(client.submit(request));
    expect(error).toMatchObject(LOST);
    expect(String(error)).toMatch(/list of recent tasks/);
    expect(provider.seen).toHaveLength(1);
  });

  it('sends nothing when it is cancelled beforehand', async () => {
    const { client } = setUp(CREATED);
    const error = await rejection(client.submit(request, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'aborted', billable: 'no' });
    expect(provider.seen).toHaveLength(0);
  });

  it('sends nothing when it is cancelled by what has to come before', async () => {
    const controller = new AbortController();
    const beforeSend = async () => controller.abort();
    const error = await rejection(testClient().submit(request, { signal: controller.signal, beforeSend }));
    expect(error).toMatchObject({ code: 'aborted', billable: 'no' });
    expect(provider.seen).toHaveLength(0);
  });

  it('can be cancelled between two attempts, and has then bought nothing', async () => {
    provider.answer({ status: 429, body: {} });
    const clock = new VirtualClock({ auto: false });
    const controller = new AbortController();
    const outcome = rejection(testClient({ clock }).submit(request, { signal: controller.signal }));
    await clock.somebodyWaits();
    controller.abort();
    expect(await outcome).toMatchObject({ code: 'aborted', billable: 'no' });
    expect(provider.seen).toHaveLength(1);
  });

  it('keeps to the submissions a second that the model allows', async () => {
    provider.answer(CREATED);
    const clock = new VirtualClock();
    const startMs = clock.now();
    const clients = [testClient({ clock }), testClient({ clock })];
    await Promise.all(Array.from({ length: 11 }, (_, index) => clients[index % 2]?.submit(request)));
    expect(clock.now() - startMs).toBe(2 * 1050);
  });

  it('never shows the key, even when the provider repeats it', async () => {
    const key = 'odd/key+without=prefix';
    provider.answer({ status: 400, body: { code: 'InvalidParameter', message: `bad header ${key}` } });
    const error = await rejection(testClient({ apiKey: key }).submit(request));
    expect(String(error)).toContain('bad header …');
    expect(JSON.stringify(error)).not.toContain(key);
  });
});

describe('the constructor', () => {
  it('says how to set a missing key, and that there is a sandbox', () => {
    const before = process.env.DASHSCOPE_API_KEY;
    delete process.env.DASHSCOPE_API_KEY;
    try {
      const make = () => testClient({ apiKey: undefined });
      expect(make).toThrow(expect.objectContaining({ code: 'config', stage: 'configuring' }));
      expect(make).toThrow(/DASHSCOPE_API_KEY.*npm run demo.*--sandbox/);
    } finally {
      if (before !== undefined) process.env.DASHSCOPE_API_KEY = before;
    }
  });

  it.each([
    [{ apiKey: 'sk-two words' }],
    [{ apiKey: 'sk-line\nbreak' }],
    [{ apiKey: '' }],
    [{ requestTimeoutMs: 0 }],
    [{ requestTimeoutMs: Number.NaN }],
    [{ baseUrl: 'nowhere' }],
  ])('refuses %j without showing a key', (options) => {
    expect(() => testClient(options)).toThrow(expect.objectContaining({ code: 'config' }));
    expect(() => testClient(options)).not.toThrow(/sk-/);
  });

  it('takes key, base URL and model from the environment of the moment', async () => {
    provider.answer(CREATED);
    Object.assign(process.env, {
      DASHSCOPE_API_KEY: 'sk-of-the-moment',
      DASHSCOPE_HTTP_BASE_URL: 'https://dashscope.test/',
      WANX_MODEL: 'wan3.0-video',
    });
    try {
      const client = testClient({ apiKey: undefined, baseUrl: undefined });
      expect(client).toMatchObject({ baseUrl: 'https://dashscope.test/api/v1', model: 'wan3.0-video' });
      await client.submit(request);
      expect(provider.seen[0]?.headers.get('authorization')).toBe('Bearer sk-of-the-moment');
    } finally {
      for (const name of ['DASHSCOPE_API_KEY', 'DASHSCOPE_HTTP_BASE_URL', 'WANX_MODEL']) delete process.env[name];
    }
  });

  it('does not show the key when it is printed', async () => {
    const { inspect } = await import('node:util');
    expect(inspect(testClient(), { depth: 9, showHidden: true })).not.toContain(KEY);
  });
});
