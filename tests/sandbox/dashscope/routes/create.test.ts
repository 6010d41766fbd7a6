import { describe, expect, it } from 'vitest';
import { openSandbox, TEXT_27 } from '../../../fixtures/sandbox-client.ts';

const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const IMAGE = 'https://example.org/first.png';
const CLIP = 'https://example.org/clip.mp4';
const SOUND = 'https://example.org/voice.mp3';
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
  { name: '2.6 image', body: bodyOf('wan2.6-i2v', { img_url: PNG }, { resolution: '720P', audio: false }) },
  { name: '2.6 image in Virginia, 15 s', body: bodyOf('wan2.6-i2v-us', { img_url: IMAGE }, { duration: 15 }) },
  {
    name: '2.2 flash image',
    body: bodyOf('wan2.2-i2v-flash', { img_url: IMAGE }, { resolution: '480P', duration: 5 }),
  },
  { name: '2.1 turbo image, 3 s', body: bodyOf('wanx2.1-i2v-turbo', { img_url: IMAGE }, { duration: 3 }) },
  { name: '2.1 turbo image, 4 s', body: bodyOf('wan2.1-i2v-turbo', { img_url: IMAGE }, { duration: 4 }) },
  {
    name: '2.2 key frames',
    path: 'image2video',
    body: bodyOf('wan2.2-kf2v-flash', { first_frame_url: IMAGE, last_frame_url: PNG }, { resolution: '480P' }),
  },
  {
    name: 'key frames by a template',
    path: 'image2video',
    body: bodyOf('wanx2.1-kf2v-plus', { first_frame_url: IMAGE, template: 'hanfu-1' }, {}),
  },
  {
    name: '2.6 reference',
    body: bodyOf('wan2.6-r2v', { prompt, reference_urls: [IMAGE, CLIP] }, { size: '720*1280', duration: 10 }),
  },
  { name: '2.6 reference, older field', body: bodyOf('wan2.6-r2v-flash', { prompt, reference_video_urls: [CLIP] }) },
  { name: '2.7 text', body: TEXT_27 },
  {
    name: '2.7 first and last frame',
    body: media('wan2.7-i2v', ['first_frame', 'last_frame'], { resolution: '720P' }),
  },
  { name: '2.7 reference', body: media('wan2.7-r2v', ['reference_image', 'first_frame'], { ratio: '1:1' }) },
  { name: '2.7 edit', body: media('wan2.7-videoedit', ['video', 'reference_image'], { audio_setting: 'origin' }) },
  {
    name: '2.7 edit without prompt, as long as the source',
    body: bodyOf('wan2.7-videoedit', { media: [{ type: 'video', url: CLIP }] }, { duration: 0 }),
  },
  {
    name: '3.0 text',
    body: legacy('wan3.0-video', { resolution: '480P', ratio: '21:9', duration: -1, audio: false, seed: -1 }),
  },
  {
    name: '3.0 media without prompt',
    body: bodyOf('wan3.0-video-prime', { media: [{ type: 'first_frame', url: PNG }] }),
  },
  { name: 'HappyHorse text', body: legacy('happyhorse-1.0-t2v', { ratio: '9:21', duration: 3, resolution: '720P' }) },
  {
    name: 'HappyHorse image without prompt',
    body: bodyOf('happyhorse-1.0-i2v', { media: [{ type: 'first_frame', url: IMAGE }] }, { watermark: false }),
  },
  {
    name: 'HappyHorse, nine references',
    body: media('happyhorse-1.0-r2v', Array(9).fill('reference_image'), { ratio: '4:5', seed: 1 }),
  },
  {
    name: 'HappyHorse edit, five references',
    body: media('happyhorse-1.0-video-edit', ['video', ...Array(5).fill('reference_image')], { audio_setting: 'auto' }),
  },
  { name: 'vace, one image without a word', body: vace('image_reference', { ref_images_url: [IMAGE] }) },
  {
    name: 'vace, four images',
    body: vace(
      'image_reference',
      { ref_images_url: [IMAGE, IMAGE, IMAGE, IMAGE] },
      { obj_or_bg: ['obj', 'bg', 'obj', 'obj'], size: '960*960' },
    ),
  },
  {
    name: 'vace repainting',
    body: vace('video_repainting', { video_url: CLIP }, { control_condition: 'depth', strength: 0.5 }),
  },
  {
    name: 'vace edit',
    body: vace(
      'video_edit',
      { video_url: CLIP, mask_image_url: IMAGE, mask_frame_id: 1, ref_images_url: [IMAGE] },
      { mask_type: 'tracking', expand_ratio: 0.05, expand_mode: 'hull', size: '1280*720' },
    ),
  },
  { name: 'vace extension', body: vace('video_extension', { first_clip_url: CLIP }, { control_condition: 'depth' }) },
  { name: 'vace outpainting', body: vace('video_outpainting', { video_url: CLIP }, { top_scale: 1.5, left_scale: 2 }) },
  {
    name: 'motion',
    path: 'image2video',
    body: bodyOf(
      'wan2.2-animate-move',
      { image_url: IMAGE, video_url: CLIP, watermark: true },
      { mode: 'wan-std', check_image: false },
    ),
  },
  {
    name: 'speech, as in the sample',
    path: 'image2video',
    body: bodyOf('wan2.2-s2v', { image_url: IMAGE, audio_url: SOUND }, { resolution: '480P', style: 'speech' }),
  },
  {
    name: 'a style transform',
    body: bodyOf(
      'video-style-transform',
      { video_url: CLIP },
      { style: 7, video_fps: 25, animate_emotion: true, min_len: 540, use_SR: false },
    ),
  },
];

function bodyOf(model: string, input: object, parameters: object = {}) {
  return { model, input, parameters };
}
function legacy(model: string, parameters: object) {
  return bodyOf(model, { prompt }, parameters);
}
function media(model: string, types: string[], parameters: object) {
  return bodyOf(model, { prompt, media: types.map((type) => ({ type, url: IMAGE })) }, parameters);
}
function vace(name: string, input: object, parameters: object = {}) {
  return bodyOf('wan2.1-vace-plus', { prompt, function: name, ...input }, parameters);
}

const NEEDS_PARAMETERS = ['motion', 'vace repainting', 'vace, four images'];

/** The provider's own sentences, letter by letter. */
const said: Array<Case & { code?: string; message: string }> = [
  { name: 'an unknown model', body: legacy('wan9', {}), message: 'Model not exist.' },
  {
    name: 'no model',
    body: { input: { prompt }, parameters: {} },
    code: 'BadRequest.EmptyModel',
    message: 'Required parameter "model" missing from request.',
  },
  {
    name: 'no input',
    body: { model: 'wan2.7-t2v', parameters: {} },
    code: 'BadRequest.EmptyInput',
    message: 'Required input parameter missing from request.',
  },
  {
    name: 'motion without parameters',
    path: 'image2video',
    body: { model: 'wan2.2-animate-mix', input: { image_url: IMAGE, video_url: CLIP } },
    code: 'BadRequest.EmptyParameters',
    message: 'Required parameter "parameters" missing from request.',
  },
  {
    name: 'vace repainting without parameters',
    body: { model: 'wan2.1-vace-plus', input: { prompt, function: 'video_repainting', video_url: CLIP } },
    code: 'BadRequest.EmptyParameters',
    message: 'Required parameter "parameters" missing from request.',
  },
  {
    name: 'an input that is a list',
    body: { model: 'wan2.7-t2v', input: [prompt] },
    code: 'BadRequest.IllegalInput',
    message: 'The input parameter requires json format.',
  },
  {
    name: 'another path than the model has',
    body: TEXT_27,
    path: 'image2video',
    message: 'url error, please check url！',
  },
  {
    name: 'key frames on the path of others',
    body: bodyOf('wan2.2-kf2v-flash', { first_frame_url: IMAGE }),
    message: 'url error, please check url！',
  },
  { name: 'a path that there is not', body: TEXT_27, path: 'nothing', message: 'url error, please check url！' },
  { name: 'an empty prompt', body: { ...TEXT_27, input: { prompt: '' } }, message: 'Field required: input.prompt' },
  { name: '2.6 without image', body: bodyOf('wan2.6-i2v', { prompt }), message: 'Field required: input.img_url' },
  { name: '2.7 without media', body: bodyOf('wan2.7-i2v', { prompt }), message: 'Field required: input.media' },
  {
    name: '2.6 without a reference',
    body: bodyOf('wan2.6-r2v', { prompt, reference_urls: [] }),
    message: 'Field required: input.reference_urls',
  },
  { name: '3.0 with nothing', body: bodyOf('wan3.0-video', { media: [] }), message: 'Field required: input.prompt' },
  {
    name: 'vace without a job',
    body: bodyOf('wan2.1-vace-plus', { prompt }),
    message: 'Field required: input.function',
  },
  {
    name: 'vace edit without a mask',
    body: vace('video_edit', { video_url: CLIP }),
    message: 'Field required: input.mask_image_url',
  },
  {
    name: 'vace extension of nothing',
    body: vace('video_extension', { video_url: CLIP }),
    message: 'Field required: input.first_frame_url',
  },
  {
    name: 'motion without mode',
    path: 'image2video',
    body: bodyOf('wan2.2-animate-move', { image_url: IMAGE, video_url: CLIP }),
    message: 'Field required: parameters.mode',
  },
  {
    name: 'speech without sound',
    path: 'image2video',
    body: bodyOf('wan2.2-s2v', { image_url: IMAGE }),
    message: 'Field required: input.audio_url',
  },
  {
    name: 'two vace images and one word',
    body: vace('image_reference', { ref_images_url: [IMAGE, IMAGE] }, { obj_or_bg: ['obj'] }),
    message: 'ref_images_url and obj_or_bg must be the same length.',
  },
  {
    name: 'two vace images and no word',
    body: vace('image_reference', { ref_images_url: [IMAGE, IMAGE] }),
    message: 'ref_images_url and obj_or_bg must be the same length.',
  },
];

const refused: Array<Case & { message: RegExp }> = [
  { name: 'duration as text', body: legacy('wan2.7-t2v', { duration: '5' }), message: /duration/ },
  { name: '21:9 for 2.7', body: legacy('wan2.7-t2v', { ratio: '21:9' }), message: /ratio/ },
  { name: '16 s for 2.7', body: legacy('wan2.7-t2v', { duration: 16 }), message: /2 to 15/ },
  { name: '-1 s for 2.7', body: legacy('wan2.7-t2v', { duration: -1 }), message: /duration/ },
  { name: '0 s for 2.7', body: legacy('wan2.7-t2v', { duration: 0 }), message: /duration/ },
  { name: '11 s to edit', body: media('wan2.7-videoedit', ['video'], { duration: 11 }), message: /2 to 10/ },
  { name: '6 s for 2.5', body: legacy('wan2.5-t2v-preview', { duration: 6 }), message: /5, 10/ },
  { name: '10 s for 2.2', body: legacy('wan2.2-t2v-plus', { duration: 10 }), message: /duration/ },
  {
    name: '8 s for 2.2 flash',
    body: bodyOf('wan2.2-i2v-flash', { img_url: IMAGE }, { duration: 8 }),
    message: /one of 5/,
  },
  {
    name: '6 s for 2.1 turbo',
    body: bodyOf('wanx2.1-i2v-turbo', { img_url: IMAGE }, { duration: 6 }),
    message: /3, 4, 5/,
  },
  { name: '7 s in Virginia', body: bodyOf('wan2.6-i2v-us', { img_url: IMAGE }, { duration: 7 }), message: /5, 10, 15/ },
  { name: '2 s for HappyHorse', body: legacy('happyhorse-1.0-t2v', { duration: 2 }), message: /3 to 15/ },
  { name: 'adaptive HappyHorse', body: legacy('happyhorse-1.0-t2v', { ratio: 'adaptive' }), message: /ratio/ },
  { name: 'seed too large', body: legacy('wan2.6-t2v', { seed: 2 ** 31 }), message: /seed/ },
  { name: '31 s for 3.0', body: legacy('wan3.0-video', { duration: 31 }), message: /2 to 30/ },
  { name: 'a size that is a number', body: legacy('wan2.6-t2v', { size: 720 }), message: /size/ },
  { name: 'prompt that is no text', body: { ...TEXT_27, input: { prompt: ['a'] } }, message: /input\.prompt/ },
  {
    name: 'image that is no address',
    body: bodyOf('wan2.6-i2v', { img_url: 'first.png' }),
    message: /provided URL.*img_url/,
  },
  {
    name: 'image of another kind',
    body: bodyOf('wan2.6-i2v', { img_url: 'data:image/gif;base64,AAAA' }),
    message: /gif/,
  },
  {
    name: 'a reference inline for 2.6',
    body: bodyOf('wan2.6-r2v', { prompt, reference_urls: [PNG] }),
    message: /provided URL.*reference_urls/,
  },
  {
    name: 'a picture to move inline',
    path: 'image2video',
    body: bodyOf('wan2.2-animate-mix', { image_url: PNG, video_url: CLIP }, { mode: 'wan-pro' }),
    message: /provided URL.*image_url/,
  },
  {
    name: 'another mode of motion',
    path: 'image2video',
    body: bodyOf('wan2.2-animate-mix', { image_url: IMAGE, video_url: CLIP }, { mode: 'pro' }),
    message: /wan-std, wan-pro/,
  },
  {
    name: 'six 2.6 references',
    body: bodyOf('wan2.6-r2v', { prompt, reference_urls: Array(6).fill(IMAGE) }),
    message: /1 to 5/,
  },
  { name: 'last frame alone', body: media('wan2.7-i2v', ['last_frame'], {}), message: /combination/ },
  { name: 'a frame twice', body: media('wan2.7-i2v', ['first_frame', 'first_frame'], {}), message: /combination/ },
  { name: 'no reference', body: media('wan2.7-r2v', ['first_frame'], {}), message: /reference/ },
  { name: 'six references', body: media('wan2.7-r2v', Array(6).fill('reference_image'), {}), message: /reference/ },
  {
    name: 'three images and three clips',
    body: media('wan2.7-r2v', [...Array(3).fill('reference_image'), ...Array(3).fill('reference_video')], {}),
    message: /1 to 5 references, not 6/,
  },
  {
    name: '11 s with a reference video',
    body: media('wan2.7-r2v', ['reference_video'], { duration: 11 }),
    message: /at most 10/,
  },
  {
    name: '30 s of 3.0 with one',
    body: media('wan3.0-video', ['reference_video'], { duration: 30 }),
    message: /at most 29/,
  },
  { name: 'edit without video', body: media('wan2.7-videoedit', ['reference_image'], {}), message: /of video, not 0/ },
  { name: 'unknown media type', body: media('wan3.0-video', ['hologram'], {}), message: /hologram/ },
  {
    name: 'two first frames for 3.0',
    body: media('wan3.0-video', ['first_frame', 'first_frame'], {}),
    message: /not 2/,
  },
  { name: 'two files', body: media('wan3.0-video', ['file', 'file'], {}), message: /not 2/ },
  { name: 'a file and a link', body: media('wan3.0-video', ['file', 'link'], {}), message: /file and link/ },
  {
    name: 'a file that nobody reads',
    body: media('wan3.0-video', ['file'], { prompt_extend: false }),
    message: /prompt_extend/,
  },
  {
    name: 'a link into the storage',
    body: bodyOf('wan3.0-video', { media: [{ type: 'link', url: PNG }] }),
    message: /provided URL|link/,
  },
  {
    name: 'HappyHorse, a frame twice',
    body: media('happyhorse-1.0-i2v', ['first_frame', 'first_frame'], {}),
    message: /not 2/,
  },
  {
    name: 'HappyHorse, a last frame',
    body: media('happyhorse-1.0-i2v', ['first_frame', 'last_frame'], {}),
    message: /last_frame/,
  },
  {
    name: 'HappyHorse, ten references',
    body: media('happyhorse-1.0-r2v', Array(10).fill('reference_image'), {}),
    message: /not 10/,
  },
  {
    name: 'HappyHorse, a clip to refer to',
    body: media('happyhorse-1.0-r2v', ['reference_video'], {}),
    message: /reference_video/,
  },
  { name: 'a job that vace does not do', body: vace('video_dubbing', {}), message: /input\.function/ },
  {
    name: 'another word for a vace image',
    body: vace('image_reference', { ref_images_url: [IMAGE] }, { obj_or_bg: ['sky'] }),
    message: /obj, bg/,
  },
  {
    name: 'two backgrounds',
    body: vace('image_reference', { ref_images_url: [IMAGE, IMAGE] }, { obj_or_bg: ['bg', 'bg'] }),
    message: /at most one bg/,
  },
  {
    name: 'a vace control of another name',
    body: vace('video_repainting', { video_url: CLIP }, { control_condition: 'canny' }),
    message: /depth/,
  },
  {
    name: 'outpainting to a third',
    body: vace('video_outpainting', { video_url: CLIP }, { top_scale: 3 }),
    message: /1 to 2/,
  },
  { name: 'style 8', body: bodyOf('video-style-transform', { video_url: CLIP }, { style: 8 }), message: /0 to 7/ },
  {
    name: 'a voice that is no address',
    body: bodyOf('wan2.7-r2v', { prompt, media: [{ type: 'reference_image', url: IMAGE, reference_voice: 'me.mp3' }] }),
    message: /reference_voice/,
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

  it.each(accepted)('accepts $name in a strict sandbox, too', async ({ body, path }) => {
    const client = await openSandbox({ strict: true });
    const response = await client.create(body, {}, path);
    expect([response.status, await response.json()]).toEqual([200, expect.anything()]);
  });

  it.each(said)('refuses $name with the words of the provider', async ({ body, path, code, message }) => {
    const client = await openSandbox();
    const response = await client.create(body, {}, path);
    expect(await response.json()).toEqual({
      code: code ?? 'InvalidParameter',
      message,
      request_id: expect.any(String),
    });
    expect(response.status).toBe(400);
    expect(client.sandbox.tasks()).toEqual([]);
  });

  it.each(refused)('refuses $name with a flat 400', async ({ body, path, message }) => {
    const client = await openSandbox();
    const response = await client.create(body, {}, path);
    expect(await response.json()).toEqual({
      code: 'InvalidParameter',
      message: expect.stringMatching(message),
      request_id: expect.any(String),
    });
    expect(response.status).toBe(400);
    expect(client.sandbox.counts()).toMatchObject({ accepted: 0, refused: 1 });
    expect(client.sandbox.tasks()).toEqual([]);
  });

  it.each(accepted.filter(({ name }) => !NEEDS_PARAMETERS.includes(name)))(
    'accepts $name without parameters',
    async (one) => {
      const client = await openSandbox();
      const { parameters: _, ...bare } = { parameters: {}, ...one.body };
      const response = await client.create(bare, {}, one.path);
      expect([response.status, await response.json()]).toEqual([200, expect.anything()]);
    },
  );

  it('takes an address with a slash at the end, as one sample has it', async () => {
    const client = await openSandbox();
    const body = JSON.stringify(bodyOf('wan2.2-s2v', { image_url: IMAGE, audio_url: SOUND }, { style: 'speech' }));
    const headers = { 'content-type': 'application/json', 'x-dashscope-async': 'enable' };
    const path = '/services/aigc/image2video/video-synthesis/';
    expect((await client.call(path, { method: 'POST', headers, body })).status).toBe(200);
  });

  it('says which method an address does not take', async () => {
    const client = await openSandbox();
    const response = await client.call('/services/aigc/video-generation/video-synthesis');
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'InvalidParameter', message: "Request method 'GET' is not supported." },
    ]);
  });

  it('refuses a body that is no JSON', async () => {
    const client = await openSandbox();
    expect(await (await client.create('{')).json()).toMatchObject({
      code: 'BadRequest.IllegalInput',
      message: 'The input parameter requires json format.',
    });
  });

  it('refuses a synchronous call', async () => {
    const client = await openSandbox();
    const response = await client.create(TEXT_27, { 'x-dashscope-async': '' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      code: 'AccessDenied',
      message: 'current user api does not support synchronous calls.',
    });
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

  it('counts a Chinese character twice where HappyHorse does', async () => {
    const client = await openSandbox();
    const taskId = await client.submit({ model: 'happyhorse-1.0-t2v', input: { prompt: `${'海'.repeat(2499)}abcd` } });
    client.clock.advance(3000);
    expect((await client.task(taskId)).output.orig_prompt).toBe(`${'海'.repeat(2499)}ab`);
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
