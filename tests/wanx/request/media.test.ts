import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models/find-model.ts';
import { mediaOf } from '#lib/wanx/request/media.ts';
import type { WanxRequest } from '#lib/wanx/request/options.ts';
import { CLIP, expectRefused, horse, IMAGE, type RefusedRequest, SOUND } from '../../fixtures/wire/refused-requests.ts';

describe('an input that the model does not have', () => {
  it.each<RefusedRequest>([
    [{ model: 'wan3.0-video', prompt: 'p', audioUrl: SOUND }, 'audioUrl', 'wan3.0-video'],
    [{ model: 'wan2.2-t2v-plus', prompt: 'p', audioUrl: SOUND }, 'audioUrl', 'wan2.2-t2v-plus'],
    [
      { model: 'wan3.0-video', prompt: 'p', references: { images: [{ source: IMAGE, voice: SOUND }] } },
      'voice',
      'wan3.0-video',
    ],
    [
      { model: 'wan2.6-r2v', prompt: 'p', references: { videos: [{ source: CLIP, voice: SOUND }] } },
      'voice',
      'wan2.6-r2v',
    ],
    [{ prompt: 'p', references: { images: [{ source: IMAGE, isBackground: true }] } }, 'background', 'wan2.7-r2v'],
    [
      { model: 'wan2.1-vace-plus', prompt: 'p', references: { videos: [{ source: CLIP, isBackground: true }] } },
      'references.videos',
      'only an image',
    ],
    [{ ...horse('t2v'), audioUrl: SOUND }, 'audioUrl', 'happyhorse-1.0-t2v'],
  ])('is refused: %j', (request, ...named) => expectRefused(request, named));
});

describe('mediaOf', () => {
  it('keeps the places of the references, each voice behind the one who speaks', () => {
    const images = [{ source: IMAGE, voice: SOUND }, new URL(IMAGE)];
    const media = mediaOf({ references: { videos: [CLIP], images } }, findModel('wan2.7-r2v'));
    expect(media.map(({ role, option }) => `${option}: ${role}`)).toEqual([
      'references.images: reference-image',
      'references.images voice: reference-voice',
      'references.images: reference-image',
      'references.videos: reference-video',
    ]);
  });

  it('names the first frame as it was called', () => {
    const optionOf = (request: WanxRequest) => mediaOf(request, findModel('wan2.7-i2v')).map(({ option }) => option);
    expect([optionOf({ image: IMAGE }), optionOf({ firstFrame: IMAGE })]).toEqual([['image'], ['firstFrame']]);
  });
});
