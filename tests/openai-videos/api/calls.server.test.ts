import { describe, expect, it } from 'vitest';
import { VideosApi } from '#lib/openai-videos/api/calls.server.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { cut, type Reply, reply, videoServer } from '../../fixtures/openai-videos/video-server.ts';

const KEY = 'sk-calls-0123456789';

async function api(replies: Reply[], apiKey: string | undefined = KEY) {
  const { baseUrl, seen } = await videoServer(...replies);
  const clock = new FakeClock();
  const calls = new VideosApi({ endpoint: baseUrl, apiKey, requestTimeoutMs: 5000, proxy: {}, clock });
  const parse = (body: unknown) => (typeof body === 'object' && body && 'n' in body ? body.n : undefined);
  const read = () => calls.read('list', { method: 'GET', path: '/videos' }, parse);
  const failure = () => read().catch((error: unknown) => error);
  return { calls, seen, clock, read, failure };
}

describe('a call', () => {
  it('carries the key, and none where there is none', async () => {
    const { seen, read } = await api([reply(200, { n: 1 })]);
    expect(await read()).toBe(1);
    expect(seen[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, accept: 'application/json' });
    const without = new VideosApi({ ...(await api([])).calls.settings, apiKey: undefined });
    expect(without.authorization()).toEqual({});
  });

  it('shows how far the clocks are apart', async () => {
    const { calls, clock, read } = await api([
      reply(200, { n: 1 }, { date: new Date(Date.UTC(2026, 10, 21, 11, 59)).toUTCString() }),
    ]);
    expect(calls.clockAheadMs).toBeUndefined();
    await read();
    expect(calls.clockAheadMs).toBe(clock.now() - Date.UTC(2026, 10, 21, 11, 59));
  });

  it('tells accounts apart without showing the key', async () => {
    const { calls } = await api([]);
    const other = (changes: object) => new VideosApi({ ...calls.settings, ...changes }).account;
    expect(calls.account).toMatch(/^[0-9a-f]{64}$/);
    expect(other({})).toBe(calls.account);
    expect(other({ apiKey: 'other' })).not.toBe(calls.account);
    expect(other({ endpoint: 'http://other.example/v1' })).not.toBe(calls.account);
  });
});

describe('a call that changes nothing is repeated', () => {
  it.each<[string, Reply[], number[]]>([
    [
      'after failures that pass, each time later',
      [reply(500), reply(503), cut, reply(200, { n: 1 })],
      [1000, 2000, 4000],
    ],
    ['when the server wants it', [reply(429, '', { 'retry-after': '30' }), reply(200, { n: 1 })], [30_000]],
    [
      'by what the official client looks at first',
      [reply(429, '', { 'retry-after': '30', 'retry-after-ms': '1500' }), reply(200, { n: 1 })],
      [1500],
    ],
    ['not sooner than of itself', [reply(429, '', { 'retry-after-ms': '5' }), reply(200, { n: 1 })], [1000]],
    ['after an answer that cannot be read', [reply(200, '<html>'), reply(200, { n: 1 })], [1000]],
  ])('%s', async (_what, replies, waits) => {
    const { clock, read } = await api(replies);
    expect(await read()).toBe(1);
    expect(clock.waits).toEqual(waits);
  });

  it.each<[string, Reply, number, object]>([
    ['more than three times', reply(500), 4, { code: 'provider-failed' }],
    ['when it cannot help', reply(400), 1, { code: 'invalid-input' }],
    [
      'when the server wants to be left alone for longer',
      reply(429, '', { 'retry-after': '61' }),
      1,
      { retryAfterMs: 61_000 },
    ],
    [
      'when the body says that the key is wrong',
      reply(200, { error: { message: 'no' }, status: 401 }),
      1,
      { code: 'auth' },
    ],
  ])('but not %s', async (_what, answer, requests, error) => {
    const { seen, failure } = await api([answer]);
    expect(await failure()).toMatchObject(error);
    expect(seen).toHaveLength(requests);
  });
});

describe('what the server says of a failure', () => {
  it('is quoted without the key, and with the id of the request', async () => {
    const { calls } = await api([]);
    const answer = {
      ...{ status: 401, headers: { 'x-request-id': 'req_1' } },
      body: { error: { message: `Incorrect key ${KEY}.`, code: `bad_${KEY}` } },
    };
    const problem = calls.problemOf('list', answer as never, 'video_1');
    expect(problem).toMatchObject({ message: 'Incorrect key ….', code: 'bad_…', requestId: 'req_1', httpStatus: 401 });
    expect(JSON.stringify(problem)).not.toContain(KEY);
  });
});
