import { ApiError, ValidationError } from '@fal-ai/client';
import { describe, expect, it } from 'vitest';
import { mp4 } from '#lib/capture/formats/formats.server.ts';
import { officialClient } from '../../fixtures/fal/official-client.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const MODEL = 'fal-ai/veo3/fast';
const INPUT = { prompt: 'A harbour at dawn.', duration: '4s', aspect_ratio: '16:9' } as const;

describe('the official client', () => {
  it('submits a request and follows it to its film', async () => {
    const { client, clock, fal } = await officialClient();
    const queued = await client.queue.submit(MODEL, { input: INPUT });
    const requestId = queued.request_id;
    const base = `${fal.queueBaseUrl}/fal-ai/veo3/requests/${requestId}`;
    expect(queued).toEqual({
      ...{ status: 'IN_QUEUE', request_id: expect.stringMatching(/^[0-9a-f-]{36}$/), queue_position: 0 },
      ...{ response_url: base, status_url: `${base}/status`, cancel_url: `${base}/cancel` },
    });
    expect(await client.queue.status(MODEL, { requestId })).toMatchObject({ status: 'IN_QUEUE', queue_position: 0 });
    clock.advance(2000);
    expect(await client.queue.status(MODEL, { requestId, logs: true })).toMatchObject({
      status: 'IN_PROGRESS',
      logs: [{ message: 'Loading the model', level: 'INFO', source: 'USER' }, { message: 'Step 1 of 3' }],
    });
    clock.advance(2000);
    expect(await client.queue.status(MODEL, { requestId })).toMatchObject({
      status: 'COMPLETED',
      metrics: { inference_time: 3 },
    });
    const result = await client.queue.result(MODEL, { requestId });
    expect(result).toMatchObject({
      requestId,
      data: { video: { content_type: 'video/mp4', file_name: 'output.mp4', file_size: null } },
    });
    const film = new Uint8Array(await (await fetch(result.data.video.url)).arrayBuffer());
    expect(mp4.startsLike(film)).toBe(true);
    expect(film).toEqual(new Uint8Array(await fal.filmOf(requestId)));
    expect(fal.submissions()).toMatchObject([{ endpointId: MODEL, accepted: true, outcome: 'answered', requestId }]);
  });

  it.each(['polling', 'streaming'] as const)('subscribes by %s', async (mode) => {
    const { client, clock } = await officialClient();
    const seen: string[] = [];
    const result = await client.subscribe(MODEL, {
      ...{ input: INPUT, mode, logs: true },
      ...(mode === 'polling' && { pollInterval: 1 }),
      onQueueUpdate: ({ status }) => {
        seen.push(status);
        clock.advance(1000);
      },
    });
    expect(result.data.video.url).toMatch(/\/output\.mp4$/);
    expect([seen[0], seen.at(-1)]).toEqual(['IN_QUEUE', 'COMPLETED']);
  });

  it('tells the place in the queue', async () => {
    const { client, clock } = await officialClient();
    await client.queue.submit(MODEL, { input: { prompt: 'first' } });
    clock.advance(900);
    const second = await client.queue.submit(MODEL, { input: { prompt: 'second' } });
    expect(second).toMatchObject({ queue_position: 1 });
    clock.advance(200);
    const requestId = second.request_id;
    expect(await client.queue.status(MODEL, { requestId })).toMatchObject({ queue_position: 0 });
  });

  it('cancels, once, and then finds it completed with an error', async () => {
    const { client } = await officialClient();
    const { request_id: requestId } = await client.queue.submit(MODEL, { input: INPUT });
    await client.queue.cancel(MODEL, { requestId });
    expect(await client.queue.status(MODEL, { requestId })).toMatchObject({
      ...{ status: 'COMPLETED', error: expect.any(String), error_type: 'client_cancelled' },
    });
    expect(await rejection(client.queue.cancel(MODEL, { requestId }))).toMatchObject({
      ...{ status: 400, body: { status: 'ALREADY_COMPLETED' } },
    });
    expect(await rejection(client.queue.result(MODEL, { requestId }))).toMatchObject({ status: 499 });
    expect(await rejection(client.queue.cancel(MODEL, { requestId: 'none' }))).toMatchObject({
      ...{ status: 404, body: { status: 'NOT_FOUND' } },
    });
  });

  it('uploads a file of its input, also one in parts', async () => {
    const { client, fal } = await officialClient();
    const picture = new Blob(['a picture'], { type: 'image/png' });
    await client.queue.submit('fal-ai/wan-i2v', { input: { ...INPUT, image_url: picture } });
    const url = String(fal.falRequests()[0]?.input.image_url);
    const answer = await fetch(url);
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['image/png', 'a picture']);
    const large = new Blob([new Uint8Array(91 * 1024 * 1024)], { type: 'video/mp4' });
    const largeUrl = await client.storage.upload(large);
    expect((await (await fetch(largeUrl)).arrayBuffer()).byteLength).toBe(large.size);
  });

  it('asks for how long the media live', async () => {
    const { client, clock } = await officialClient();
    const { request_id: requestId } = await client.queue.submit(MODEL, {
      ...{ input: INPUT, storageSettings: { expiresIn: '1h' } },
    });
    clock.advance(4000);
    const { data } = await client.queue.result(MODEL, { requestId });
    clock.advance(3_599_999);
    expect((await fetch(data.video.url)).status).toBe(200);
    clock.advance(1);
    expect((await fetch(data.video.url)).status).toBe(404);
  });

  it('needs a key', async () => {
    const { clientWith, fal } = await officialClient();
    const error = await rejection(clientWith('invalid').queue.submit(MODEL, { input: INPUT }));
    expect(error).toMatchObject({ status: 401, body: { detail: expect.stringMatching(/^Authentication/) } });
    expect(fal.submissions()).toEqual([]);
  });

  it.each([
    ['Veo', 404],
    ['fal-ai//x', 404],
  ])('is told that there is no app %s', async (path, status) => {
    const { fal, sandbox } = await officialClient();
    const headers = { authorization: `Key ${sandbox.env.FAL_KEY}`, 'content-type': 'application/json' };
    const answer = await fetch(`${fal.queueBaseUrl}/${path}`, { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(status);
    expect(fal.submissions()).toMatchObject([{ accepted: false, outcome: 'refused' }]);
  });

  it('makes several films in one request', async () => {
    const { client, clock } = await officialClient();
    const { request_id: requestId } = await client.queue.submit('studio/films', { input: { ...INPUT, num_videos: 2 } });
    clock.advance(4000);
    const { data } = await client.queue.result('studio/films', { requestId });
    const urls = data.videos.map(({ url }: { url: string }) => url);
    const sizes = await Promise.all(urls.map(async (url: string) => (await fetch(url)).headers.get('etag')));
    expect(new Set(sizes).size).toBe(2);
  });
});

describe('a scripted request', () => {
  it.each([
    ['moderation', 422, [{ type: 'content_policy_violation', loc: ['body', 'prompt'] }], ValidationError],
    ['wrong-input', 422, [{ type: 'image_too_small' }], ValidationError],
    ['job-failed', 500, 'The runner failed.', ApiError],
    ['silent-failure', 500, 'The runner failed.', ApiError],
  ] as const)('%s is COMPLETED, and its result %i', async (fault, status, detail, kind) => {
    const { client, clock, fal } = await officialClient();
    fal.script({ fault });
    const { request_id: requestId } = await client.queue.submit(MODEL, { input: INPUT });
    clock.advance(4000);
    const state = await client.queue.status(MODEL, { requestId });
    expect(state.status).toBe('COMPLETED');
    expect('error' in state).toBe(fault !== 'silent-failure');
    const error = await rejection(client.queue.result(MODEL, { requestId }));
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, body: { detail } });
  });

  it('goes on until it is let go', async () => {
    const { client, clock, fal } = await officialClient();
    fal.script({ fault: 'never-finishes' });
    const { request_id: requestId } = await client.queue.submit(MODEL, { input: INPUT });
    clock.advance(10_000);
    expect((await client.queue.status(MODEL, { requestId })).status).toBe('IN_PROGRESS');
    expect(fal.letFinish('harbour')).toBe(1);
    expect((await client.queue.status(MODEL, { requestId })).status).toBe('COMPLETED');
  });
});
