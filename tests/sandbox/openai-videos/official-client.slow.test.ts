import OpenAI, { toFile } from 'openai';
import { describe, expect, it } from 'vitest';
import { jpeg, mp4, webp } from '#lib/capture/formats/formats.server.ts';
import { makePng } from '../../fixtures/media-files.ts';
import { officialClient } from '../../fixtures/openai-videos/official-client.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const ORDER = { prompt: 'A harbour at dawn.', model: 'sora-2', seconds: '4', size: '1280x720' } as const;

describe('the official client', () => {
  it('creates a video and follows it to its completion', async () => {
    const { client, clock, service } = await officialClient();
    const created = await client.videos.create(ORDER);
    const createdAt = Math.floor(clock.now() / 1000);
    expect(created).toEqual({
      ...{ id: expect.stringMatching(/^video_[0-9a-f]{48}$/), object: 'video', status: 'queued', progress: 0 },
      ...{ ...ORDER, created_at: createdAt, completed_at: null, expires_at: null },
      ...{ remixed_from_video_id: null, error: null },
    });
    clock.advance(2500);
    expect(await client.videos.retrieve(created.id)).toMatchObject({ status: 'in_progress', progress: 50 });
    clock.advance(1500);
    expect(await client.videos.retrieve(created.id)).toMatchObject({
      ...{ status: 'completed', progress: 100 },
      ...{ completed_at: createdAt + 4, expires_at: createdAt + 4 + 3600 },
    });
    expect(service.creations()).toMatchObject([{ encoding: 'multipart', accepted: true, outcome: 'answered' }]);
  });

  it('has its defaults filled in', async () => {
    const { client } = await officialClient();
    expect(await client.videos.create({ prompt: 'x' })).toMatchObject({
      model: 'sora-2',
      seconds: '4',
      size: '720x1280',
    });
  });

  it.each([
    ['video', 'video/mp4', mp4],
    ['thumbnail', 'image/webp', webp],
    ['spritesheet', 'image/jpeg', jpeg],
  ] as const)('downloads the %s', async (variant, type, format) => {
    const { client, clock, service } = await officialClient();
    const { id } = await client.videos.create(ORDER);
    clock.advance(4000);
    const response = await client.videos.downloadContent(id, { variant });
    expect(response.headers.get('content-type')).toBe(type);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(format.startsLike(bytes)).toBe(true);
    expect(bytes).toEqual(new Uint8Array(await service.contentOf(id, variant)));
  });

  it('lists all pages, in both directions', async () => {
    const { client } = await officialClient();
    const ids: string[] = [];
    for (const prompt of ['a', 'b', 'c', 'd', 'e']) ids.push((await client.videos.create({ prompt })).id);
    const read = async (order: 'asc' | 'desc') => {
      const seen: string[] = [];
      for await (const video of client.videos.list({ limit: 2, order })) seen.push(video.id);
      return seen;
    };
    expect(await read('asc')).toEqual(ids);
    expect(await read('desc')).toEqual(ids.toReversed());
  });

  it('deletes a finished video, and no other', async () => {
    const { client, clock } = await officialClient();
    const { id } = await client.videos.create(ORDER);
    expect(await rejection(client.videos.delete(id))).toBeInstanceOf(OpenAI.BadRequestError);
    clock.advance(4000);
    expect(await client.videos.delete(id)).toEqual({ id, object: 'video.deleted', deleted: true });
    expect(await rejection(client.videos.retrieve(id))).toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('makes a video of another one', async () => {
    const { client, clock } = await officialClient();
    const { id } = await client.videos.create(ORDER);
    expect(await rejection(client.videos.remix(id, { prompt: 'At night.' }))).toMatchObject({ status: 400 });
    clock.advance(4000);
    const remixed = await client.videos.remix(id, { prompt: 'At night.' });
    expect(remixed).toMatchObject({ remixed_from_video_id: id, prompt: 'At night.', status: 'queued' });
    const edited = await client.videos.edit({ prompt: 'In fog.', video: { id } });
    expect(edited).toMatchObject({ prompt: 'In fog.', size: '1280x720' });
    const longer = await client.videos.extend({ prompt: 'On and on.', seconds: '8', video: { id } });
    expect(longer).toMatchObject({ seconds: '12' });
    await expect(client.videos.remix('video_none', { prompt: 'x' })).rejects.toMatchObject({ status: 404 });
  });

  it('sends a picture to start from, which must fit', async () => {
    const { client } = await officialClient();
    const picture = async (width: number, height: number) =>
      toFile(makePng(width, height), 'start.png', { type: 'image/png' });
    await client.videos.create({ ...ORDER, input_reference: await picture(1280, 720) });
    await expect(client.videos.create({ ...ORDER, input_reference: await picture(64, 64) })).rejects.toMatchObject({
      ...{ status: 400, param: 'input_reference', message: /must match the requested width and height/ },
    });
    await client.videos.create({ ...ORDER, input_reference: { image_url: 'https://pictures.example/a.png' } });
  });

  it.each([
    [{ prompt: '' }, 'prompt', /1 to 32000/],
    [{ ...ORDER, seconds: '5' }, 'seconds', /'4', '8', '12'/],
    [{ ...ORDER, size: '640x480' }, 'size', /'720x1280'/],
    [{ ...ORDER, size: '1920x1080' }, 'size', /1792x1024/],
    [{ ...ORDER, model: 'sora-9' }, 'model', /sora-2-pro/],
  ])('is refused %j', async (order, param, message) => {
    const { client, service } = await officialClient();
    const error = await rejection(client.videos.create(order as typeof ORDER));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ type: 'invalid_request_error', param, message });
    expect(service.creations()).toMatchObject([{ accepted: false, outcome: 'refused' }]);
  });

  it('needs a key', async () => {
    const { client } = await officialClient();
    const stranger = client.withOptions({ apiKey: 'sk-invalid-1' });
    await expect(stranger.videos.create(ORDER)).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  it('is told that the content is not ready yet, and when it is gone', async () => {
    const { client, clock } = await officialClient();
    const { id } = await client.videos.create(ORDER);
    await expect(client.videos.downloadContent(id)).rejects.toMatchObject({ status: 404, message: /not ready/ });
    clock.advance(4000);
    await client.videos.downloadContent(id);
    clock.advance(3_600_000);
    await expect(client.videos.downloadContent(id)).rejects.toMatchObject({
      status: 404,
      message: /no longer available/,
    });
    expect(await client.videos.retrieve(id)).toMatchObject({ status: 'completed' });
  });
});

describe('a scripted job', () => {
  it.each([
    ['moderation', 'failed', { code: 'moderation_blocked' }],
    ['job-failed', 'failed', { code: 'video_generation_failed' }],
    ['job-cancelled', 'cancelled', undefined],
    ['job-expired', 'expired', undefined],
    ['odd-status', 'paused', undefined],
    ['never-finishes', 'in_progress', undefined],
  ] as const)('%s ends as %s', async (fault, status, error) => {
    const { client, clock, service } = await officialClient();
    service.script({ fault });
    const { id } = await client.videos.create(ORDER);
    clock.advance(10_000);
    const video = await client.videos.retrieve(id);
    expect(video).toMatchObject({ status, error: error ?? null });
  });

  it('is released on demand', async () => {
    const { client, clock, service } = await officialClient();
    service.script({ fault: 'never-finishes' });
    const { id } = await client.videos.create(ORDER);
    clock.advance(10_000);
    expect(service.letFinish('harbour')).toBe(1);
    expect(await client.videos.retrieve(id)).toMatchObject({ status: 'completed' });
  });

  it('can be completed without content', async () => {
    const { client, clock, service } = await officialClient();
    service.script({ fault: 'swept' });
    const { id } = await client.videos.create(ORDER);
    clock.advance(4000);
    expect(await client.videos.retrieve(id)).toMatchObject({ status: 'completed', expires_at: null });
    await expect(client.videos.downloadContent(id)).rejects.toMatchObject({ status: 404 });
  });
});

describe('a scripted answer', () => {
  it('can be lost after the video was accepted, or before', async () => {
    const { client, service } = await officialClient();
    service.script({ fault: 'lost-create-answer' });
    service.script({ fault: 'dropped-create' });
    await expect(client.videos.create(ORDER)).rejects.toThrow('Connection error');
    await expect(client.videos.create(ORDER)).rejects.toThrow('Connection error');
    expect(service.creations()).toMatchObject([
      { accepted: true, outcome: 'lost' },
      { accepted: false, outcome: 'dropped' },
    ]);
    expect(service.videos()).toHaveLength(1);
  });

  it.each([
    ['refuse-401', 401],
    ['refuse-404', 404],
    ['refuse-429', 429],
    ['refuse-503', 503],
  ] as const)('can be %s, on any endpoint', async (fault, status) => {
    const { client, clock, service } = await officialClient();
    const { id } = await client.videos.create(ORDER);
    clock.advance(4000);
    for (const on of ['create', 'retrieve', 'list', 'delete', 'content'] as const) {
      service.script({ fault, on });
    }
    await expect(client.videos.create(ORDER)).rejects.toMatchObject({ status });
    await expect(client.videos.retrieve(id)).rejects.toMatchObject({ status });
    await expect(client.videos.list()).rejects.toMatchObject({ status });
    await expect(client.videos.delete(id)).rejects.toMatchObject({ status });
    await expect(client.videos.downloadContent(id)).rejects.toMatchObject({ status });
    expect(await client.videos.retrieve(id)).toMatchObject({ status: 'completed' });
  });

  it('can be of servers that take one encoding', async () => {
    const { client, service } = await officialClient();
    service.script({ fault: 'refuse-multipart' });
    await expect(client.videos.create(ORDER)).rejects.toMatchObject({ status: 400 });
    service.script({ fault: 'refuse-json' });
    const json = client.post('/videos', { body: ORDER });
    await expect(json).rejects.toMatchObject({ status: 422 });
    expect(await client.post('/videos', { body: ORDER })).toMatchObject({ status: 'queued' });
    expect(service.creations().map(({ encoding }) => encoding)).toEqual(['multipart', 'json', 'json']);
  });

  it('can have the times in other forms, or another id', async () => {
    const { client, clock, service } = await officialClient();
    const { id } = await client.videos.create(ORDER);
    for (const fault of ['ms-times', 'iso-times', 'no-times', 'sparse-job', 'other-id'] as const)
      service.script({ fault });
    const look = () => client.videos.retrieve(id);
    // All of them alter one answer: the first look takes every one.
    expect(await look()).not.toHaveProperty('created_at');
    service.script({ fault: 'ms-times' });
    expect(await look()).toMatchObject({ created_at: clock.now() });
    service.script({ fault: 'iso-times' });
    expect(await look()).toMatchObject({ created_at: new Date(clock.now()).toISOString() });
    service.script({ fault: 'other-id' });
    expect((await look()).id).not.toBe(id);
    service.script({ fault: 'error-with-200', on: 'retrieve' });
    expect(await look()).toMatchObject({ error: { code: 'invalid_api_key' }, status: 401 });
  });

  it('can be the film for every variant, or no content at all', async () => {
    const { client, clock, service } = await officialClient();
    const { id } = await client.videos.create(ORDER);
    clock.advance(4000);
    const first = async () => {
      const response = await client.videos.downloadContent(id, { variant: 'thumbnail' });
      return new Uint8Array(await response.arrayBuffer());
    };
    service.script({ fault: 'ignored-variant' });
    expect(mp4.startsLike(await first())).toBe(true);
    service.script({ fault: 'html-body' });
    expect(Buffer.from(await first()).toString()).toContain('<html>');
    service.script({ fault: 'corrupt-content' });
    expect((await first()).length).toBeLessThan((await service.contentOf(id, 'thumbnail')).length);
    service.script({ fault: 'cut', atByte: 100 });
    await expect(first()).rejects.toThrow();
  });

  it('resumes a download where the validator is the same', async () => {
    const { client, clock, service } = await officialClient();
    const { id } = await client.videos.create(ORDER);
    clock.advance(4000);
    const whole = await service.contentOf(id);
    const rest = (headers: Record<string, string>) => client.videos.downloadContent(id, {}, { headers });
    const response = await rest({ range: 'bytes=1000-' });
    expect([response.status, response.headers.get('content-range')]).toEqual([
      206,
      `bytes 1000-${whole.length - 1}/${whole.length}`,
    ]);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(whole.subarray(1000)));
    expect((await rest({ range: 'bytes=1000-', 'if-range': '"other"' })).status).toBe(200);
    service.script({ fault: 'ignored-range' });
    expect((await rest({ range: 'bytes=1000-' })).status).toBe(200);
  });

  it('honours idempotency keys only when asked to', async () => {
    for (const honourIdempotencyKeys of [true, false]) {
      const { client, service } = await officialClient({ honourIdempotencyKeys });
      const headers = { 'idempotency-key': 'one' };
      const first = await client.videos.create(ORDER, { headers });
      const second = await client.videos.create(ORDER, { headers });
      expect(second.id === first.id).toBe(honourIdempotencyKeys);
      expect(service.creations().filter(({ accepted }) => accepted)).toHaveLength(honourIdempotencyKeys ? 1 : 2);
    }
  });
});

it('keeps its videos over a restart', async () => {
  const { temporaryFolder } = await import('../../fixtures/temporary-folder.ts');
  const statePath = `${temporaryFolder()}/state.json`;
  const first = await officialClient({ statePath });
  const { id } = await first.client.videos.create(ORDER);
  await first.sandbox.close();
  const second = await officialClient({ statePath });
  second.clock.advance(4000);
  expect(await second.client.videos.retrieve(id)).toMatchObject({ status: 'completed' });
  expect(Buffer.from(await second.service.contentOf(id, 'spritesheet')).toString('latin1')).toContain(
    `SANDBOX spritesheet of ${id}`,
  );
});
