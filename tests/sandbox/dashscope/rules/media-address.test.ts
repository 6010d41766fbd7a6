import { describe, expect, it } from 'vitest';
import {
  bodyOf,
  CLIP,
  expectRefused,
  IMAGE,
  PNG,
  prompt,
  type RefusedCase,
} from '../../../fixtures/sandbox/create-cases.ts';
import { outcome } from '../../../fixtures/sandbox/task-outcome.ts';
import { openSandbox } from '../../../fixtures/sandbox-client.ts';

const imageOf = (url: string) => ({ model: 'wan2.6-i2v', input: { img_url: url } });

const refused: RefusedCase[] = [
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
    name: 'a voice that is no address',
    body: bodyOf('wan2.7-r2v', { prompt, media: [{ type: 'reference_image', url: IMAGE, reference_voice: 'me.mp3' }] }),
    message: /reference_voice/,
  },
];

describe('an address', () => {
  it.each(refused)('refuses $name', expectRefused);
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
    expect(await outcome(client, imageOf(url))).toMatchObject({
      task_status: 'FAILED',
      code: 'InvalidParameter.FileDownload',
      message: 'download for input.img_url error',
    });
  });

  it.each(['https://example.org/a.png', 'http://8.8.8.8/a.png', 'https://local.example.org/a.png'])(
    '%s does not',
    async (url) => {
      const client = await openSandbox();
      expect(await outcome(client, imageOf(url))).toMatchObject({ task_status: 'SUCCEEDED' });
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
