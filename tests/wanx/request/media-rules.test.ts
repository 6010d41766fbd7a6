import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models/find-model.ts';
import { refuseUnfitMedia } from '#lib/wanx/request/media-rules.ts';
import type { InputMedia } from '#lib/wanx/request/options.ts';
import {
  CLIP,
  expectRefused,
  horse,
  IMAGE,
  many,
  PAGE,
  PDF,
  type RefusedRequest,
  SOUND,
} from '../../fixtures/wire/refused-requests.ts';

describe('inputs that the model does not take together', () => {
  it.each<RefusedRequest>([
    [{ firstClip: CLIP, audioUrl: SOUND }, 'audioUrl', 'continuation'],
    [{ lastFrame: IMAGE }, 'lastFrame', 'firstFrame'],
    [{ firstClip: CLIP, image: IMAGE }, 'image', 'continuation'],
    [{ prompt: 'p', video: CLIP, image: IMAGE, references: { images: [IMAGE] } }, 'image', 'edit'],
    [{ prompt: 'p', video: CLIP, references: { videos: [CLIP] } }, 'references.videos', 'edit'],
    [{ model: 'wan3.0-video', prompt: 'p', firstClip: CLIP, lastFrame: IMAGE }, 'lastFrame', 'firstClip'],
    [
      { model: 'wan3.0-video', prompt: 'p', image: IMAGE, references: { images: [IMAGE] } },
      'first frame',
      'references',
    ],
    [{ prompt: 'p', lastFrame: IMAGE, references: { images: [IMAGE] } }, 'lastFrame', 'reference'],
    [{ prompt: 'p', references: {} }, 'references'],
    [{ prompt: 'p', references: { audios: [SOUND] } }, 'references', 'no image'],
    [{ prompt: 'p', references: { images: many(6) } }, 'references.images', '6', '5'],
    [{ prompt: 'p', references: { images: many(3), videos: many(3) } }, 'references', '6', '5'],
    [{ prompt: 'p', references: { images: many(1), audios: many(1) } }, 'references.audios', '1', '0'],
    [{ model: 'wan2.6-r2v', prompt: 'p', references: { videos: many(4) } }, 'references.videos', '4', '3'],
    [{ model: 'wan3.0-video', prompt: 'p', references: { images: many(11) } }, 'references.images', '11', '10'],
    [{ prompt: 'p', video: CLIP, references: { images: many(5) } }, 'references.images', '5', '4'],
    [
      { model: 'wan3.0-video', prompt: 'p', video: CLIP, references: { videos: many(5) } },
      'references.videos',
      '6',
      'at most 5',
    ],
    [{ model: 'wan3.0-video', prompt: 'p', references: { audios: many(6) } }, 'references.audios', '6', '5'],
    [{ model: 'wanx2.1-vace-plus', prompt: 'p', references: { images: many(4) } }, 'references.images', '4', '3'],
    [{ document: PDF, image: IMAGE }, 'image', 'document'],
    [{ link: PAGE, lastFrame: IMAGE }, 'lastFrame', 'document'],
    [
      {
        model: 'wan2.1-vace-plus',
        prompt: 'p',
        references: { images: Array(2).fill({ source: IMAGE, isBackground: true }) },
      },
      'more than one background',
    ],
    [{ ...horse('r2v'), references: { images: many(10) } }, 'references.images', '10', '9'],
    [{ ...horse('r2v'), references: { videos: [CLIP] } }, 'references.videos', '1', '0'],
    [{ ...horse('r2v'), image: IMAGE, references: { images: [IMAGE] } }, 'first frame', 'references'],
    [{ ...horse('video-edit'), video: CLIP, references: { images: many(6) } }, 'references.images', '6', '5'],
    [{ model: 'wan2.2-s2v', image: IMAGE }, 'audioUrl', 'missing'],
  ])('is refused: %j', (request, ...named) => expectRefused(request, named));
});

describe('refuseUnfitMedia', () => {
  const media = (...roles: InputMedia['role'][]): InputMedia[] =>
    roles.map((role) => ({ role, option: role, source: IMAGE }));

  it('does not hold an unknown model to a number, only to what fits together', () => {
    const unknown = { ...findModel('wan2.7-r2v'), limitsKnown: false };
    const six = media(...Array<InputMedia['role']>(6).fill('reference-image'));
    expect(() => refuseUnfitMedia(unknown, 'reference', six)).not.toThrow();
    expect(() => refuseUnfitMedia(unknown, 'reference', media('reference-audio'))).toThrow('no image and no video');
  });

  it('takes a last frame with a clip on the one model that has both', () => {
    const both = media('first-clip', 'last-frame');
    expect(() => refuseUnfitMedia(findModel('wan2.7-i2v'), 'continuation', both)).not.toThrow();
  });
});
