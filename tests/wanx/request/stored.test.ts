import { describe, expect, it } from 'vitest';
import type { WanxRequest } from '#lib/wanx/request/options.ts';
import { toStoredRequest } from '#lib/wanx/request/stored.ts';
import { testClient } from '../../fixtures/wire/dashscope.ts';

const IMAGE = 'https://example.com/a.png?x=%2F';
const CLIP = 'https://example.com/a.mp4';
const SOUND = 'https://example.com/a.mp3';

/** Every field of a request at least once; one that is forgotten would be lost between two runs. */
const requests: WanxRequest[] = [
  {
    model: 'wan2.6-t2v',
    prompt: 'p',
    negativePrompt: 'n',
    resolution: '1080P',
    ratio: '4:3',
    durationSeconds: 7,
    seed: 3,
    audio: true,
    audioUrl: SOUND,
    promptExtend: true,
    watermark: true,
    shotType: 'multi',
  },
  { model: 'wan2.6-i2v', image: IMAGE, template: 'flying' },
  { model: 'wan2.7-i2v', firstFrame: IMAGE, lastFrame: IMAGE },
  { model: 'wan2.7-i2v', firstClip: CLIP },
  { model: 'wan2.7-videoedit', prompt: 'p', video: CLIP, audioSetting: 'origin' },
  { model: 'wan2.2-animate-move', image: IMAGE, video: CLIP, quality: 'professional' },
  {
    model: 'wan2.7-r2v',
    prompt: 'p',
    references: { images: [IMAGE, { source: IMAGE, voice: SOUND }], videos: [{ source: CLIP, voice: SOUND }] },
  },
  { model: 'wan2.1-vace-plus', prompt: 'p', references: { images: [{ source: IMAGE, isBackground: true }] } },
  { model: 'wan3.0-video', document: 'https://example.com/a.pdf', references: { audios: [SOUND] } },
  { model: 'wan3.0-video', link: 'https://example.com/a' },
];

describe('a stored request', () => {
  const client = testClient();

  it.each(requests)('%j orders the same after a restart', (request) => {
    const read = JSON.parse(JSON.stringify(toStoredRequest(request)));
    expect(client.complete(read)).toEqual(client.complete(request));
  });

  it('keeps URLs as text', () => {
    const references = { videos: [{ source: new URL(CLIP), voice: new URL(SOUND) }] };
    expect(toStoredRequest({ references, link: new URL(IMAGE) })).toEqual({
      references: { videos: [{ source: CLIP, voice: SOUND }] },
      link: IMAGE,
    });
  });
});
