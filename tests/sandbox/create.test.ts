import { describe, expect, it } from 'vitest';
import { openSandbox, TEXT_27 } from '../fixtures/sandbox-client.ts';

const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const IMAGE = 'https://example.org/first.png';
const prompt = 'a harbour';

interface Case {
  name: string;
  body: object;
  path?: string;
}

const accepted: Case[] = [
  { name: '2.6 text', body: legacy('wan2.6-t2v', { size: '1280*720', duration: 15, shot_type: 'multi', seed: 0 }) },
  { name: '2.5 text in 480P', body: legacy('wan2.5-t2v-preview', { size: '624*624', duration: 10 }) },
  { name: '2.2 text', body: legacy('wan2.2-t2v-plus', { size: '832*480', duration: 5 }) },
  { name: '2.1, Beijing spelling', body: legacy('wanx2.1-t2v-turbo', { size: '1280*720' }) },
  { name: '2.1, Singapore spelling', body: legacy('wan2.1-t2v-plus', { size: '832*1088' }) },
  { name: '2.6 image', body: image('wan2.6-i2v', { resolution: '720P', audio: false }, { img_url: PNG }) },
  {
    name: '2.2 flash image, 8 s',
    body: image('wan2.2-i2v-flash', { resolution: '720P', duration: 8 }, { img_url: IMAGE }),
  },
  {
    name: '2.2 key frames',
    path: 'image2video',
    body: image('wan2.2-kf2v-flash', { resolution: '480P' }, { first_frame_url: IMAGE, last_frame_url: PNG }),
  },
  {
    name: '2.6 reference',
    body: image('wan2.6-r2v', { size: '720*1280', duration: 10 }, { prompt, reference_urls: [IMAGE] }),
  },
  { name: '2.7 text', body: TEXT_27 },
  {
    name: '2.7 first and last frame',
    body: media('wan2.7-i2v', ['first_frame', 'last_frame'], { resolution: '720P' }),
  },
  { name: '2.7 reference', body: media('wan2.7-r2v', ['reference_image', 'first_frame'], { ratio: '1:1' }) },
  { name: '2.7 edit', body: media('wan2.7-videoedit', ['video', 'reference_image'], { audio_setting: 'origin' }) },
  {
    name: '3.0 text',
    body: legacy('wan3.0-video', { resolution: '480P', ratio: '21:9', duration: -1, audio: false, seed: -1 }),
  },
  {
    name: '3.0 media without prompt',
    body: { model: 'wan3.0-video-prime', input: { media: [{ type: 'first_frame', url: PNG }] }, parameters: {} },
  },
];

function legacy(model: string, parameters: object) {
  return { model, input: { prompt }, parameters };
}
function image(model: string, parameters: object, input: object) {
  return { model, input, parameters };
}
function media(model: string, types: string[], parameters: object) {
  return { model, input: { prompt, media: types.map((type) => ({ type, url: IMAGE })) }, parameters };
}

const refused: Array<Case & { code?: string; message: RegExp }> = [
  { name: 'unknown model', body: legacy('wan9', {}), message: /^Model not exist\.$/ },
  { name: 'no model', body: { input: { prompt }, parameters: {} }, code: 'BadRequest.EmptyModel', message: /model/ },
  { name: 'no input', body: { model: 'wan2.7-t2v', parameters: {} }, code: 'BadRequest.EmptyInput', message: /input/ },
  {
    name: 'no parameters',
    body: { model: 'wan2.7-t2v', input: { prompt } },
    code: 'BadRequest.EmptyParameters',
    message: /parameters/,
  },
  { name: 'wrong path', body: TEXT_27, path: 'image2video', message: /url error/ },
  {
    name: 'key frames on the other path',
    body: image('wan2.2-kf2v-flash', {}, { first_frame_url: IMAGE }),
    message: /url error/,
  },
  { name: 'empty prompt', body: { ...TEXT_27, input: { prompt: '' } }, message: /input\.prompt/ },
  { name: 'size for 2.7', body: legacy('wan2.7-t2v', { size: '1280*720' }), message: /parameters\.size/ },
  { name: 'shot_type for 2.7', body: legacy('wan2.7-t2v', { shot_type: 'multi' }), message: /shot_type/ },
  { name: 'audio switch for 2.7', body: legacy('wan2.7-t2v', { audio: false }), message: /parameters\.audio/ },
  { name: 'lower-case tier', body: legacy('wan2.7-t2v', { resolution: '720p' }), message: /resolution/ },
  { name: '480P for 2.7', body: legacy('wan2.7-t2v', { resolution: '480P' }), message: /resolution/ },
  { name: '21:9 for 2.7', body: legacy('wan2.7-t2v', { ratio: '21:9' }), message: /ratio/ },
  { name: 'duration as text', body: legacy('wan2.7-t2v', { duration: '5' }), message: /duration/ },
  { name: '16 s for 2.7', body: legacy('wan2.7-t2v', { duration: 16 }), message: /2 to 15/ },
  { name: '-1 s for 2.7', body: legacy('wan2.7-t2v', { duration: -1 }), message: /duration/ },
  { name: 'x instead of * in a size', body: legacy('wan2.6-t2v', { size: '1280x720' }), message: /size/ },
  { name: 'a tier as size', body: legacy('wan2.6-t2v', { size: '720P' }), message: /size/ },
  { name: '480P size for 2.6', body: legacy('wan2.6-t2v', { size: '832*480' }), message: /size/ },
  { name: '6 s for 2.5', body: legacy('wan2.5-t2v-preview', { duration: 6 }), message: /5, 10/ },
  { name: '10 s for 2.2', body: legacy('wan2.2-t2v-plus', { duration: 10 }), message: /duration/ },
  { name: 'seed too large', body: legacy('wan2.6-t2v', { seed: 2 ** 31 }), message: /seed/ },
  {
    name: 'negative_prompt for 3.0',
    body: { model: 'wan3.0-video', input: { prompt, negative_prompt: 'x' }, parameters: {} },
    message: /negative_prompt/,
  },
  { name: '31 s for 3.0', body: legacy('wan3.0-video', { duration: 31 }), message: /2 to 30/ },
  {
    name: '3.0 with nothing',
    body: { model: 'wan3.0-video', input: { media: [] }, parameters: {} },
    message: /prompt/,
  },
  { name: 'no image', body: image('wan2.6-i2v', {}, { prompt }), message: /img_url/ },
  {
    name: 'image that is no address',
    body: image('wan2.6-i2v', {}, { img_url: 'first.png' }),
    code: 'InvalidURL',
    message: /img_url/,
  },
  {
    name: 'image of another kind',
    body: image('wan2.6-i2v', {}, { img_url: 'data:image/gif;base64,AAAA' }),
    message: /gif/,
  },
  {
    name: '8 s at 1080P',
    body: image('wan2.2-i2v-flash', { resolution: '1080P', duration: 8 }, { img_url: IMAGE }),
    message: /1080P/,
  },
  { name: 'last frame alone', body: media('wan2.7-i2v', ['last_frame'], {}), message: /combination/ },
  { name: 'a frame twice', body: media('wan2.7-i2v', ['first_frame', 'first_frame'], {}), message: /combination/ },
  { name: 'ratio for 2.7 image', body: media('wan2.7-i2v', ['first_frame'], { ratio: '16:9' }), message: /ratio/ },
  { name: 'no reference', body: media('wan2.7-r2v', ['first_frame'], {}), message: /reference/ },
  { name: 'six references', body: media('wan2.7-r2v', Array(6).fill('reference_image'), {}), message: /1 to 5/ },
  {
    name: '11 s with a reference video',
    body: media('wan2.7-r2v', ['reference_video'], { duration: 11 }),
    message: /2 to 10/,
  },
  { name: 'edit without video', body: media('wan2.7-videoedit', ['reference_image'], {}), message: /one video/ },
  { name: 'unknown media type', body: media('wan3.0-video', ['hologram'], {}), message: /hologram/ },
  {
    name: 'two first frames for 3.0',
    body: media('wan3.0-video', ['first_frame', 'first_frame'], {}),
    message: /at most 1/,
  },
];

describe('POST video-synthesis', () => {
  it.each(accepted)('accepts $name', async ({ body, path }) => {
    const client = await openSandbox();
    const response = await client.create(body, {}, path);
    const answer = await response.json();
    expect(response.status, JSON.stringify(answer)).toBe(200);
    expect(response.headers.get('x-reelkeep-sandbox')).toBe('1');
    expect(answer).toEqual({
      output: { task_status: 'PENDING', task_id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) },
      request_id: expect.any(String),
    });
  });

  it.each(refused)('refuses $name with a flat 400', async ({ body, path, code = 'InvalidParameter', message }) => {
    const client = await openSandbox();
    const response = await client.create(body, {}, path);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      code,
      message: expect.stringMatching(message),
      request_id: expect.any(String),
    });
    expect(client.sandbox.counts()).toMatchObject({ accepted: 0, refused: 1 });
    expect(client.sandbox.tasks()).toEqual([]);
  });

  it('refuses a body that is no JSON', async () => {
    const client = await openSandbox();
    expect(await (await client.create('{')).json()).toMatchObject({ code: 'BadRequest.IllegalInput' });
  });

  it('refuses a synchronous call', async () => {
    const client = await openSandbox();
    const response = await client.create(TEXT_27, { 'x-dashscope-async': '' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'AccessDenied' });
  });

  it.each([
    ['none', {}, 401],
    ['of another form', { authorization: 'Bearer pk-1' }, 401],
    ['that is marked invalid', { authorization: 'Bearer sk-invalid-1' }, 401],
    ['of any other sk- kind', { authorization: 'Bearer sk-ws-anything' }, 200],
  ])('a key %s', async (_name, headers, status) => {
    const client = await openSandbox();
    const probe = await fetch(`${client.sandbox.baseUrl}/tasks/00000000-0000-0000-0000-000000000000`, { headers });
    expect(probe.status).toBe(status);
    if (status === 401) expect(await probe.json()).toMatchObject({ code: 'InvalidApiKey' });
  });

  it('accepts only its own key when it was given one', async () => {
    const client = await openSandbox({ apiKey: 'sk-mine' });
    expect((await client.call('/tasks')).status).toBe(200);
    expect((await client.call('/tasks', { headers: { authorization: 'Bearer sk-other' } })).status).toBe(401);
  });

  it('cuts an overlong prompt without a word, by code points', async () => {
    const client = await openSandbox();
    const taskId = await client.submit({ ...TEXT_27, input: { prompt: '🌊'.repeat(5001) } });
    client.clock.advance(3000);
    expect((await client.task(taskId)).output.orig_prompt).toBe('🌊'.repeat(5000));
  });

  it('keeps the submit rate of the model and lets time heal it', async () => {
    const client = await openSandbox();
    for (let index = 0; index < 5; index += 1) await client.submit();
    const refusal = await client.create(TEXT_27);
    expect(refusal.status).toBe(429);
    expect(await refusal.json()).toMatchObject({ code: 'Throttling.RateQuota' });
    client.clock.advance(1000);
    await client.submit();
    expect(client.sandbox.counts()).toMatchObject({ accepted: 6, refused: 1 });
  });

  it('can refuse beyond the concurrency limit instead of queueing', async () => {
    const client = await openSandbox({ overConcurrency: 'refuse', taskDurationMs: 60_000 });
    for (let index = 0; index < 5; index += 1) await client.submit();
    client.clock.advance(1000);
    expect((await client.create(TEXT_27)).status).toBe(429);
    client.clock.advance(60_000);
    await client.submit();
  });
});
