import { describe, expect, it } from 'vitest';
import { addressesOf, type MediaItem, mixFailure, parseMediaList } from '#lib/sandbox/dashscope/rules/media-rules.ts';
import {
  bodyOf,
  CLIP,
  expectRefused,
  IMAGE,
  media,
  PNG,
  type RefusedCase,
  SOUND,
} from '../../../fixtures/sandbox/create-cases.ts';

const refused: RefusedCase[] = [
  { name: 'last frame alone', body: media('wan2.7-i2v', ['last_frame'], {}), message: /combination/ },
  { name: 'a frame twice', body: media('wan2.7-i2v', ['first_frame', 'first_frame'], {}), message: /combination/ },
  { name: 'no reference', body: media('wan2.7-r2v', ['first_frame'], {}), message: /reference/ },
  { name: 'six references', body: media('wan2.7-r2v', Array(6).fill('reference_image'), {}), message: /reference/ },
  {
    name: 'three images and three clips',
    body: media('wan2.7-r2v', [...Array(3).fill('reference_image'), ...Array(3).fill('reference_video')], {}),
    message: /1 to 5 references, not 6/,
  },
  { name: 'unknown media type', body: media('wan3.0-video', ['hologram'], {}), message: /hologram/ },
  {
    name: 'two first frames for 3.0',
    body: media('wan3.0-video', ['first_frame', 'first_frame'], {}),
    message: /not 2/,
  },
  { name: 'two files', body: media('wan3.0-video', ['file', 'file'], {}), message: /not 2/ },
  {
    name: 'a link into the storage',
    body: bodyOf('wan3.0-video', { media: [{ type: 'link', url: PNG }] }),
    message: /provided URL|link/,
  },
];

describe('a list of media', () => {
  it.each(refused)('refuses $name', expectRefused);
});

describe('the media of a request', () => {
  const pair: MediaItem[] = ['first_frame', 'reference_image'].map((type) => ({ type, url: IMAGE }));

  it.each([[undefined], ['a.png'], [[{ type: 'file' }]], [[{ type: 5, url: IMAGE }]]])(
    '%j is no list of it',
    (value) => {
      expect(parseMediaList(value)).toMatchObject({ code: 'InvalidParameter' });
    },
  );

  it('keeps what else an item says', () => {
    const item = { type: 'reference_video', url: CLIP, reference_voice: SOUND };
    expect(parseMediaList([item])).toEqual([item]);
  });

  it('names its addresses, and those of the voices that the model takes', () => {
    const list = [{ type: 'reference_image', url: IMAGE, reference_voice: SOUND }];
    const image = { field: 'input.media.reference_image', url: IMAGE, isImage: true };
    expect(addressesOf(list, {})).toEqual([image]);
    expect(addressesOf(list, { speakers: ['reference_image'] })).toEqual([
      image,
      { field: 'input.media.reference_image.reference_voice', url: SOUND, isImage: false },
    ]);
  });

  it('fails in the task where a frame must stand alone', () => {
    expect(mixFailure({ framesStandAlone: true }, pair)).toMatchObject({ code: 'InvalidParameter' });
    expect(mixFailure({ framesStandAlone: true }, pair.slice(0, 1))).toBeUndefined();
    expect(mixFailure({}, pair)).toBeUndefined();
  });
});
