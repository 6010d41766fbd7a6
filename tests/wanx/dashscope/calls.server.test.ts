import { describe, expect, it } from 'vitest';
import { DashScopeApi, networkError } from '#lib/wanx/dashscope/calls.server.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
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
} from '../../fixtures/wire/dashscope.ts';
import { mockNetwork } from '../../fixtures/wire/mock-network.ts';

const provider = new FakeDashScope();
mockNetwork(provider.handler);
const HOUR_MS = 3_600_000;

function setUp(...answers: Answer[]) {
  provider.answer(...answers);
  const clock = new VirtualClock();
  return { clock, client: testClient({ clock }) };
}

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

describe('a call', () => {
  const settings = {
    endpoint: 'https://dashscope.test/api/v1',
    apiKey: KEY,
    workspaceId: undefined,
    requestTimeoutMs: 1000,
    proxy: {},
    dispatcher: undefined,
    clock: new VirtualClock(),
  };
  const accountOf = (changes: object) => new DashScopeApi({ ...settings, ...changes }).account;

  it('is counted for its account, which is told by key and host, and shows neither', () => {
    expect(accountOf({})).toBe(accountOf({ endpoint: 'https://dashscope.test/elsewhere', requestTimeoutMs: 5 }));
    expect(accountOf({})).not.toBe(accountOf({ apiKey: 'sk-other' }));
    expect(accountOf({})).not.toBe(accountOf({ endpoint: 'https://other.test/api/v1' }));
    expect(accountOf({})).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([201, 202, 203])('that a gateway passes on as %i is read', async (status) => {
    const { client } = setUp({ ...taskAnswer('RUNNING'), status });
    expect(await client.getTask(TASK_ID)).toMatchObject({ status: 'RUNNING' });
  });

  it('that succeeds without an answer is made again', async () => {
    const { client } = setUp({ status: 203, body: '' }, SUCCEEDED);
    expect(await client.waitForTask(TASK_ID)).toMatchObject({ videoUrl: VIDEO_URL });
  });

  it('that a gateway refuses with HTTP 200 is refused', async () => {
    const { client } = setUp({ body: { code: 'InvalidApiKey', message: `not ${KEY}`, request_id: 'r-9' } });
    const error = await rejection(client.getTask(TASK_ID));
    expect(error).toMatchObject({ code: 'auth', requestId: 'r-9', taskId: TASK_ID });
    expect(String(error)).not.toContain(KEY);
  });

  it.each([
    ['timeout', 'did not answer in time'],
    ['network', 'could not be reached'],
  ] as const)('that ends with a %s says so, and no secret', (reason, says) => {
    const message = 'GET https://h/v?Signature=s3cret failed';
    const error = networkError(
      { kind: 'failure', reason, message, surelyNotSent: false, cause: undefined },
      { stage: 'generating' },
    );
    expect(error).toMatchObject({ code: 'network', stage: 'generating', message: expect.stringContaining(says) });
    expect(error.message).not.toContain('s3cret');
  });
});
