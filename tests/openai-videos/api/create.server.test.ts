import { describe, expect, it } from 'vitest';
import { OpenAIVideosClient, type OpenAIVideosClientOptions } from '#lib/openai-videos/index.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { cut, encodingOf, hang, type Reply, reply, videoServer } from '../../fixtures/openai-videos/video-server.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const KEY = 'sk-videos-0123456789';
const ORDER = { prompt: 'A harbour at dawn.' };
const QUEUED = reply(200, { id: 'video_1', object: 'video', status: 'queued' });

async function world(replies: Reply[], options: OpenAIVideosClientOptions = {}) {
  const server = await videoServer(...replies);
  const clock = new FakeClock();
  const client = new OpenAIVideosClient({ baseUrl: server.baseUrl, apiKey: KEY, clock, ...options });
  return { ...server, client, clock };
}

describe('the encoding of a creation', () => {
  const encodings = async (replies: Reply[], times = 1) => {
    const { client, seen } = await world(replies);
    const outcomes: unknown[] = [];
    for (let nth = 0; nth < times; nth += 1) {
      outcomes.push(await client.create(ORDER).catch((error: unknown) => error));
    }
    return { outcomes, sent: seen.map(encodingOf) };
  };

  it.each([[400], [415], [422]])('is the other one after %i, once, and remembered', async (status) => {
    const { outcomes, sent } = await encodings([reply(status, { detail: 'Field required' }), QUEUED], 3);
    expect(outcomes).toMatchObject([{ id: 'video_1' }, { id: 'video_1' }, { id: 'video_1' }]);
    expect(sent).toEqual(['multipart', 'application/json', 'application/json', 'application/json']);
  });

  it.each<[string, Reply]>([
    ['500', reply(500)],
    ['502', reply(502, '<html>')],
    ['401', reply(401)],
    ['404', reply(404)],
    ['409', reply(409)],
    ['429', reply(429)],
    ['a cut', cut],
    ['an error with 200', reply(200, { error: { message: 'no' } })],
    ['400 for the content of the prompt', reply(400, { error: { code: 'moderation_blocked', message: 'no' } })],
  ])('is not tried after %s', async (_name, answer) => {
    const { outcomes, sent } = await encodings([answer, QUEUED]);
    expect(outcomes).toMatchObject([{ name: 'ReelError' }]);
    expect(sent).toEqual(['multipart']);
  });

  it('is not tried after a timeout', async () => {
    const { client, seen } = await world([hang], { requestTimeoutMs: 400 });
    expect(await rejection(client.create(ORDER))).toMatchObject({ code: 'unknown-outcome', billable: 'maybe' });
    expect(seen).toHaveLength(1);
  });

  it('is not tried once the server has taken one: what it refuses then is the request', async () => {
    const { outcomes, sent } = await encodings([QUEUED, reply(400, { detail: 'bad size' }), QUEUED], 2);
    expect(outcomes[1]).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('bad size') });
    expect(sent).toEqual(['multipart', 'multipart']);
  });

  it('is quoted with both refusals when neither is taken', async () => {
    const { outcomes, sent } = await encodings([reply(400, { detail: 'one' }), reply(422, { detail: 'two' })]);
    expect(outcomes[0]).toMatchObject({
      code: 'invalid-input',
      billable: 'no',
      message: expect.stringMatching(/“one”.*json.*“two”/),
    });
    expect(sent).toHaveLength(2);
  });

  it('leaves the outcome unknown if the second answer is lost', async () => {
    const { outcomes } = await encodings([reply(400), cut]);
    expect(outcomes[0]).toMatchObject({ code: 'unknown-outcome', billable: 'maybe' });
  });

  it('that was asked for is the only one', async () => {
    const { client, seen } = await world([reply(415), QUEUED], { encoding: 'multipart' });
    expect(await rejection(client.create(ORDER))).toMatchObject({ code: 'invalid-input' });
    expect(seen).toHaveLength(1);
  });
});

describe('a creation is sent once', () => {
  it.each<[string, Reply, object]>([
    ['a cut', cut, { code: 'unknown-outcome', billable: 'maybe' }],
    ['500', reply(500), { code: 'unknown-outcome', billable: 'maybe' }],
    [
      '503 that wants a repeat',
      reply(503, '', { 'retry-after': '1', 'x-should-retry': 'true' }),
      { code: 'unknown-outcome' },
    ],
    ['an answer without an id', reply(200, { status: 'queued' }), { code: 'unknown-outcome', billable: 'maybe' }],
    ['an answer that is none', reply(200, '<html>'), { code: 'unknown-outcome', billable: 'maybe' }],
    [
      '429',
      reply(429, '', { 'retry-after': '7' }),
      { code: 'rate-limited', billable: 'no', retryable: true, retryAfterMs: 7000 },
    ],
    [
      'an error of the service behind a gateway',
      reply(200, { error: { message: 'no', code: 'invalid_api_key' }, status: 401 }),
      { code: 'auth', billable: 'no' },
    ],
    ['a redirect', reply(307, '', { location: 'https://elsewhere.example/' }), { code: 'config', billable: 'no' }],
  ])('whatever comes back: %s', async (_name, answer, expected) => {
    for (const buy of ['create', 'remix'] as const) {
      const { client, seen, clock } = await world([answer, QUEUED]);
      const error = await rejection(buy === 'create' ? client.create(ORDER) : client.remix('video_0', ORDER));
      expect(error).toMatchObject(expected);
      expect(seen).toHaveLength(1);
      expect(clock.waits).toEqual([]);
    }
  });

  it('is accepted where a gateway fails after the server has answered', async () => {
    const { client } = await world([reply(502, { id: 'video_9', status: 'queued' })]);
    expect(await client.create(ORDER)).toMatchObject({ id: 'video_9' });
  });

  it.each([400, 403, 415, 429, 302])('is accepted where a gateway refuses the answer with %i', async (status) => {
    const { client, seen } = await world([reply(status, { id: 'video_9', status: 'queued' }), QUEUED]);
    expect(await client.create(ORDER)).toMatchObject({ id: 'video_9' });
    expect(seen).toHaveLength(1);
  });

  it.each([
    { id: 'req_9', message: 'no' },
    { id: 'req_9', status: 'error', message: 'no' },
    { id: 'req_9', status: 'queued', error: { message: 'no' } },
  ])('is none that a refusal names: %j', async (body) => {
    const { client } = await world([reply(403, body)]);
    expect(await rejection(client.create(ORDER))).toMatchObject({ code: 'auth', billable: 'no' });
  });

  it('has a connection of its own: an open one may be closed just as the request is sent', async () => {
    const { client, seen } = await world([QUEUED]);
    await client.retrieve('video_1');
    await client.create(ORDER);
    await client.create(ORDER);
    expect(new Set(seen.map(({ connection }) => connection)).size).toBe(3);
  });

  it('that is cancelled under way still gets its answer, for five seconds', async () => {
    const [clock, stop, late] = [new VirtualClock({ auto: false }), new AbortController(), new AbortController()];
    const answers: Array<() => void> = [];
    const held: Reply = (request, response) => void answers.push(() => QUEUED(request, response));
    const { client } = await world([held], { clock });
    const answered = client.create(ORDER, { signal: stop.signal });
    await expect.poll(() => answers.length).toBe(1);
    stop.abort();
    await clock.advance(4999);
    answers[0]?.();
    expect(await answered).toMatchObject({ id: 'video_1' });

    const lost = rejection(client.create(ORDER, { signal: late.signal }));
    await expect.poll(() => answers.length).toBe(2);
    late.abort();
    await clock.advance(5000);
    expect(await lost).toMatchObject({ code: 'unknown-outcome', billable: 'maybe' });
  });

  it('costs nothing if it cannot be sent', async () => {
    const client = new OpenAIVideosClient({ baseUrl: 'http://127.0.0.1:9', apiKey: KEY });
    expect(await rejection(client.create(ORDER))).toMatchObject({ code: 'network', billable: 'no', retryable: true });
    const { client: aborted, seen } = await world([QUEUED]);
    expect(await rejection(aborted.create(ORDER, { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'aborted',
      billable: 'no',
    });
    expect(seen).toEqual([]);
  });
});

it('remixes by JSON, as the official client does', async () => {
  const { client, seen } = await world([QUEUED]);
  await client.remix('video/0', { prompt: 'At night.' });
  expect([seen[0]?.path, seen[0]?.headers['content-type']]).toEqual(['/v1/videos/video%2F0/remix', 'application/json']);
  expect(String(seen[0]?.body)).toBe('{"prompt":"At night."}');
});
