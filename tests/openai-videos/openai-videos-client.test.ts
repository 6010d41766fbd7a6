import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { OpenAIVideosClient, type OpenAIVideosClientOptions } from '#lib/openai-videos/index.ts';
import { FakeClock } from '../fixtures/fake-clock.ts';
import { makePng } from '../fixtures/media-files.ts';
import { cut, formOf, type Reply, reply, videoServer } from '../fixtures/openai-videos/video-server.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { rejection } from '../fixtures/wire/dashscope.ts';

const KEY = 'sk-videos-0123456789';
const ORDER = { prompt: 'A harbour at dawn.' };
const QUEUED = reply(200, { id: 'video_1', object: 'video', status: 'queued' });

async function world(replies: Reply[], options: OpenAIVideosClientOptions = {}) {
  const server = await videoServer(...replies);
  const clock = new FakeClock();
  const client = new OpenAIVideosClient({ baseUrl: server.baseUrl, apiKey: KEY, clock, ...options });
  return { ...server, client, clock };
}

describe('a client', () => {
  it.each([
    [{}, /OPENAI_VIDEOS_BASE_URL/],
    [{ baseUrl: 'https://api.openai.com/v1' }, /retired/],
  ])('without a server that makes videos is refused at once: %j', (options, message) => {
    expect(() => new OpenAIVideosClient(options)).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringMatching(message) }),
    );
  });

  it.each([
    [{ apiKey: 'sk two' }, 'apiKey'],
    [{ encoding: 'xml' }, 'encoding'],
    [{ requestTimeoutMs: 0 }, 'requestTimeoutMs'],
  ])('is refused %j, without the value of a key', (options, field) => {
    const make = () => new OpenAIVideosClient({ baseUrl: 'http://localhost:1', ...(options as object) });
    expect(make).toThrow(expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining(field) }));
    expect(make).not.toThrow(/two/);
  });

  it('sends no key where there is none', async () => {
    const { baseUrl, seen } = await videoServer(QUEUED);
    await new OpenAIVideosClient({ baseUrl }).retrieve('video_1');
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });
});

describe('create', () => {
  it('sends a form as the official client does', async () => {
    const { client, seen } = await world([QUEUED], { model: 'wan' });
    const video = await client.create({
      ...ORDER,
      seconds: 8,
      size: '1280x720',
      seed: 7,
      lora: { name: 'x' },
      tags: ['a', 'b'],
    });
    expect(video).toMatchObject({ id: 'video_1', status: 'queued' });
    const [request] = seen;
    if (!request) throw new Error('no request');
    expect([request.method, request.path, request.headers.authorization]).toEqual([
      'POST',
      '/v1/videos',
      `Bearer ${KEY}`,
    ]);
    expect(await formOf(request)).toEqual({
      ...{ prompt: ORDER.prompt, model: 'wan', seconds: '8', size: '1280x720', seed: '7' },
      ...{ 'lora[name]': 'x', 'tags[]': 'b' },
    });
    expect(request.headers['idempotency-key']).toBeUndefined();
  });

  it('sends JSON where that is asked for', async () => {
    const { client, seen } = await world([QUEUED], { encoding: 'json' });
    await client.create({ ...ORDER, seconds: 8, seed: 7, model: undefined });
    expect(seen[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(String(seen[0]?.body))).toEqual({ prompt: ORDER.prompt, seconds: '8', seed: 7 });
  });

  it('sends a picture from a path, from bytes, by a link or by its id', async () => {
    const path = join(temporaryFolder(), 'start.bin');
    const png = makePng(8, 8);
    writeFileSync(path, png);
    const { client, seen } = await world([QUEUED]);
    for (const inputReference of [path, new Uint8Array(png), new Blob([Uint8Array.from(png)])]) {
      await client.create({ ...ORDER, inputReference });
      const last = seen.at(-1);
      const file = last && (await formOf(last)).input_reference;
      if (!(file instanceof File)) throw new Error('no file');
      expect([file.name, file.type]).toEqual(['reference.png', 'image/png']);
      expect(Buffer.from(await file.arrayBuffer()).equals(png)).toBe(true);
    }
    await client.create({ ...ORDER, inputReference: new URL('https://a.example/b.png') });
    await client.create({ ...ORDER, inputReference: { fileId: 'file_1' } });
    expect(await Promise.all(seen.slice(-2).map(formOf))).toEqual([
      { ...ORDER, 'input_reference[image_url]': 'https://a.example/b.png' },
      { ...ORDER, 'input_reference[file_id]': 'file_1' },
    ]);
  });

  it.each([
    ['no prompt', { prompt: '' }, /prompt/],
    ['a size that is none', { ...ORDER, size: 'wide' }, /1280x720/],
    ['a length that is none', { ...ORDER, seconds: 'long' }, /seconds/],
    ['a file that is not there', { ...ORDER, inputReference: '/nowhere/a.png' }, /does not exist/],
    ['a folder', { ...ORDER, inputReference: '/' }, /not a file/],
    ['bytes that are no picture', { ...ORDER, inputReference: new Uint8Array(64) }, /JPEG nor a PNG nor a WebP/],
  ])('refuses %s before anything is sent', async (_name, order, message) => {
    const { client, seen } = await world([QUEUED]);
    const error = await rejection(client.create(order));
    expect(error).toMatchObject({ code: 'invalid-input', billable: 'no', message: expect.stringMatching(message) });
    expect(seen).toEqual([]);
  });

  it('keeps the id of any answer, and asks for it by it', async () => {
    for (const [id, path] of [
      ['12345678901234567890', '/v1/videos/12345678901234567890'],
      ['"video_YWJj=="', '/v1/videos/video_YWJj%3D%3D'],
      ['"a/b?c#d e"', '/v1/videos/a%2Fb%3Fc%23d%20e'],
      [`"${'x'.repeat(370)}"`, `/v1/videos/${'x'.repeat(370)}`],
    ] as const) {
      const { client, seen } = await world([reply(200, gzipSync(`\ufeff{"id": ${id}, "status": "queued"}`))]);
      const video = await client.create(ORDER);
      expect(video.id).toBe(id.replaceAll('"', ''));
      expect((await client.retrieve(video.id)).id).toBe(video.id);
      expect(seen[1]?.path).toBe(path);
    }
  });

  it('sends an idempotency key, and asks before each request', async () => {
    const { client, seen } = await world([QUEUED]);
    let asked = 0;
    const beforeSend = async () => {
      asked += 1;
    };
    await client.create(ORDER, { idempotencyKey: 'one', beforeSend });
    expect([seen[0]?.headers['idempotency-key'], asked]).toEqual(['one', 1]);
    const refused = client.create(ORDER, { beforeSend: () => Promise.reject(new Error('not now')) });
    await expect(refused).rejects.toThrow('not now');
    expect(seen).toHaveLength(1);
    const controller = new AbortController();
    const leave = async () => controller.abort();
    const left = client.create(ORDER, { signal: controller.signal, beforeSend: leave });
    await expect(left).rejects.toMatchObject({ code: 'aborted', billable: 'no' });
  });
});

describe('retrieve', () => {
  it('answers what the job says, under the id that was asked for', async () => {
    const { client } = await world([reply(200, { id: 'video_new', status: 'completed', expires_at: 1795305600 })]);
    const video = await client.retrieve('video_1');
    expect(video).toMatchObject({ id: 'video_1', answeredId: 'video_new', status: 'completed' });
    expect(video.expiresAt).toEqual(new Date(1795305600_000));
  });

  it.each<[string, Reply, object]>([
    ['404', reply(404, { error: { message: 'no such video' } }), { code: 'not-found', retryable: false }],
    ['401', reply(401), { code: 'auth', retryable: false }],
    ['429', reply(429, '', { 'retry-after': '3' }), { code: 'rate-limited', retryAfterMs: 3000 }],
    ['429 in ms', reply(429, '', { 'retry-after': '3', 'retry-after-ms': '250' }), { retryAfterMs: 250 }],
    ['429 in words', reply(429, '', { 'retry-after': '3', 'retry-after-ms': 'soon' }), { retryAfterMs: 3000 }],
    ['500', reply(500), { code: 'provider-failed', retryable: true }],
    ['an error with 200', reply(200, { error: { message: 'no' }, status: 401 }), { code: 'auth' }],
    ['a page', reply(200, '<html>'), { code: 'provider-failed', retryable: true }],
    ['a cut', cut, { code: 'network', retryable: true }],
  ])('fails with %s, and asks once', async (_name, answer, expected) => {
    const { client, seen } = await world([answer]);
    expect(await rejection(client.retrieve('video_1'))).toMatchObject({ taskId: 'video_1', ...expected });
    expect(seen).toHaveLength(1);
  });

  it.each([[''], ['.'], ['..'], ['\ud800'], ['x'.repeat(5000)]])('refuses %j, which no path can name', async (id) => {
    const { client, seen } = await world([QUEUED]);
    for (const call of [client.retrieve(id), client.delete(id), client.remix(id, ORDER), client.downloadContent(id)]) {
      expect(await rejection(call)).toMatchObject({ code: 'invalid-input' });
    }
    expect(seen).toEqual([]);
  });
});

describe('delete', () => {
  it.each<[string, Reply, boolean]>([
    ['as documented', reply(200, { id: 'video_1', object: 'video.deleted', deleted: true }), true],
    ['a job that is deleted', reply(200, { id: 'video_1', status: 'deleted' }), true],
    ['no content', reply(204), true],
    ['that it is not', reply(200, { id: 'video_1', deleted: false }), false],
    ['a job that goes on', reply(200, { id: 'video_1', status: 'in_progress' }), false],
  ])('is answered %s', async (_name, answer, deleted) => {
    const { client, seen } = await world([answer]);
    expect(await client.delete('video_1')).toEqual({ id: 'video_1', deleted });
    expect([seen[0]?.method, seen[0]?.path]).toEqual(['DELETE', '/v1/videos/video_1']);
  });

  it('may be refused', async () => {
    const { client } = await world([reply(400, { error: { message: 'still in progress' } })]);
    expect(await rejection(client.delete('video_1'))).toMatchObject({
      message: expect.stringContaining('still in progress'),
    });
  });
});

it('shows its key nowhere', async () => {
  const echo: Reply = (request, response) =>
    reply(400, { error: { message: `bad ${request.headers.authorization}` } })(request, response);
  const { client, baseUrl } = await world([echo]);
  const calls = [
    client.create(ORDER),
    client.retrieve('v'),
    client.delete('v'),
    Array.fromAsync(client.list()),
    client.downloadContent('v'),
  ];
  const errors = await Promise.all(calls.map(rejection));
  const offline = new OpenAIVideosClient({ baseUrl: 'http://127.0.0.1:9', apiKey: KEY });
  errors.push(await rejection(offline.downloadContent('v')), await rejection(offline.create(ORDER)));
  for (const error of errors) {
    expect(error).toMatchObject({ name: 'ReelError' });
    expect(
      `${error} ${(error as Error).stack} ${String((error as Error).cause)} ${JSON.stringify(error)}`,
    ).not.toContain('0123456789');
  }
  expect(JSON.stringify(client)).not.toContain('0123456789');
  expect(client.account).not.toBe(new OpenAIVideosClient({ baseUrl, apiKey: 'sk-other' }).account);
});
