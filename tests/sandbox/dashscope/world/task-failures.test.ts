import { describe, expect, it } from 'vitest';
import { openSandbox, type SandboxClient } from '../../../fixtures/sandbox-client.ts';

const IMAGE = 'https://example.org/a.png';
const RESOLVE = { 'x-dashscope-ossresourceresolve': 'enable' };

async function outcome(client: SandboxClient, body: object, path?: string) {
  const response = await client.create(body, RESOLVE, path);
  const answer = await response.json();
  expect([response.status, answer]).toEqual([200, expect.anything()]);
  client.clock.advance(60_000);
  return (await client.task(answer.output.task_id)).output;
}
const text = (model: string, parameters: object) => ({ model, input: { prompt: 'p' }, parameters });
const image = (url: string) => ({ model: 'wan2.6-i2v', input: { img_url: url } });

describe('a size or resolution that the model does not have', () => {
  it.each<[string, object, string]>([
    ['480P of 2.7', text('wan2.7-t2v', { resolution: '480P' }), 'The size is not match'],
    ['lower case', text('wan2.7-t2v', { resolution: '720p' }), 'The size is not match'],
    ['a size of 2.5 for 2.6', text('wan2.6-t2v', { size: '832*480' }), 'The size is not match'],
    ['an x for the *', text('wan2.6-t2v', { size: '1280x720' }), 'The size is not match'],
    ['a tier as size', text('wan2.6-t2v', { size: '720P' }), 'The size is not match'],
    [
      '1080P of 2.1',
      { model: 'wanx2.1-i2v-plus', input: { img_url: IMAGE }, parameters: { resolution: '1080P' } },
      'The size',
    ],
    [
      'a small size of vace',
      {
        model: 'wan2.1-vace-plus',
        input: { prompt: 'p', function: 'image_reference', ref_images_url: [IMAGE] },
        parameters: { size: '832*480' },
      },
      'The size is not match',
    ],
    ['480P of HappyHorse', text('happyhorse-1.0-t2v', { resolution: '480P' }), 'The parameter is invalid.'],
    [
      '480P of HappyHorse with references',
      {
        model: 'happyhorse-1.0-r2v',
        input: { prompt: 'p', media: [{ type: 'reference_image', url: IMAGE }] },
        parameters: { resolution: '480P' },
      },
      'The resolution is not valid',
    ],
  ])('%s fails in the task', async (_what, body, message) => {
    const client = await openSandbox();
    expect(await outcome(client, body)).toMatchObject({
      task_status: 'FAILED',
      code: 'InvalidParameter',
      message: expect.stringContaining(message),
    });
  });
});

describe('media that the service cannot fetch', () => {
  it.each([
    'oss://dashscope-instant/never-uploaded.png',
    'http://localhost:5173/a.png',
    'http://127.0.0.1:8080/a.png',
    'http://[::1]/a.png',
    'http://[::ffff:192.168.0.7]/a.png',
    'http://192.168.1.20/a.png',
    'http://10.0.0.1/a.png',
    'http://169.254.169.254/a.png',
    'https://nas.local/a.png',
    'https://media.invalid/a.png',
  ])('%s fails in the task', async (url) => {
    const client = await openSandbox();
    expect(await outcome(client, image(url))).toMatchObject({
      task_status: 'FAILED',
      code: 'InvalidParameter.FileDownload',
      message: 'download for input.img_url error',
    });
  });

  it.each(['https://example.org/a.png', 'http://8.8.8.8/a.png', 'https://local.example.org/a.png'])(
    '%s does not',
    async (url) => {
      const client = await openSandbox();
      expect(await outcome(client, image(url))).toMatchObject({ task_status: 'SUCCEEDED' });
    },
  );

  it('is named, wherever it was asked for', async () => {
    const client = await openSandbox();
    const local = 'http://localhost/a';
    const clip = { type: 'reference_video', url: IMAGE, reference_voice: local };
    const voice = { model: 'wan2.7-r2v', input: { prompt: 'p', media: [clip] } };
    expect(await outcome(client, voice)).toMatchObject({ message: expect.stringContaining('reference_voice') });
    const list = { model: 'wan2.6-r2v', input: { prompt: 'p', reference_urls: [IMAGE, local] } };
    expect(await outcome(client, list)).toMatchObject({ message: expect.stringContaining('reference_urls') });
    const speech = { model: 'wan2.2-s2v', input: { image_url: IMAGE, audio_url: local } };
    expect(await outcome(client, speech, 'image2video')).toMatchObject({
      message: expect.stringContaining('audio_url'),
    });
  });

  it('is not the film of an earlier task, though it lies on this machine', async () => {
    const client = await openSandbox();
    const { taskId, url } = await client.finishedLink();
    const goOn = (clip: string) => ({ model: 'wan2.7-i2v', input: { media: [{ type: 'first_clip', url: clip }] } });
    expect(await outcome(client, goOn(url))).toMatchObject({ task_status: 'SUCCEEDED' });
    const another = url.replace(taskId, '00000000-0000-4000-a000-000000000000');
    expect(await outcome(client, goOn(another))).toMatchObject({ code: 'InvalidParameter.FileDownload' });
  });
});

describe('what a task says of its failure', () => {
  it('can be scripted, for what only a look at the picture would find', async () => {
    const client = await openSandbox();
    const code = 'InvalidFile.FacePose';
    const message = 'The face pose of the input image is not as required.';
    client.sandbox.script({ fault: 'task-failed', match: { model: 'wan2.2-animate-move' }, code, message });
    const body = {
      model: 'wan2.2-animate-move',
      input: { image_url: IMAGE, video_url: IMAGE },
      parameters: { mode: 'wan-std' },
    };
    expect(await outcome(client, body, 'image2video')).toMatchObject({ task_status: 'FAILED', code, message });
    expect(await outcome(client, body, 'image2video')).toMatchObject({ task_status: 'SUCCEEDED' });
  });

  it('can be scripted after the submission', async () => {
    const client = await openSandbox();
    const taskId = await client.submit();
    client.sandbox.script({ fault: 'moderation', match: { taskId }, code: 'IPInfringementSuspect' });
    await client.task(taskId);
    client.clock.advance(60_000);
    expect((await client.task(taskId)).output).toMatchObject({ task_status: 'FAILED', code: 'IPInfringementSuspect' });
  });

  it('comes of a frame beside a document, which is taken at first', async () => {
    const client = await openSandbox();
    const media = ['first_frame', 'file'].map((type) => ({ type, url: IMAGE }));
    expect(await outcome(client, { model: 'wan3.0-video', input: { media } })).toMatchObject({
      task_status: 'FAILED',
      code: 'InvalidParameter',
    });
  });
});
