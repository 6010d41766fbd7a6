import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models/find-model.ts';
import type { Mode } from '#lib/wanx/models/traits.ts';
import type { InputMedia, WanxRequest } from '#lib/wanx/request/options.ts';
import { shapeOf } from '#lib/wanx/request/shape.ts';
import {
  CLIP,
  expectRefused,
  horse,
  IMAGE,
  type RefusedRequest,
  SOUND,
  wrong,
} from '../../fixtures/wire/refused-requests.ts';

describe('a size, shape or length that the model does not make', () => {
  it.each<RefusedRequest>([
    [{ prompt: 'p', resolution: '480P' }, 'resolution', '480P', '720P, 1080P'],
    [wrong({ prompt: 'p', resolution: '720p' }), 'resolution', '720p', '720P, 1080P'],
    [{ model: 'wan2.2-t2v-plus', prompt: 'p', resolution: '720P' }, 'resolution', '720P', '480P, 1080P'],
    [{ prompt: 'p', ratio: '21:9' }, 'ratio', '21:9', '16:9, 9:16, 1:1, 4:3, 3:4'],
    [{ prompt: 'p', ratio: 'adaptive' }, 'ratio', 'adaptive', '16:9'],
    [
      { model: 'wan2.5-t2v-preview', prompt: 'p', resolution: '480P', ratio: '4:3' },
      'ratio',
      '4:3',
      '16:9, 9:16, 1:1.',
    ],
    [{ image: IMAGE, ratio: '16:9' }, 'ratio', '16:9', 'wan2.7-i2v'],
    [{ prompt: 'p', firstFrame: IMAGE, references: { images: [IMAGE] }, ratio: '16:9' }, 'ratio', '16:9'],
    [{ model: 'wan3.0-video', prompt: 'p', firstClip: CLIP, ratio: '16:9' }, 'ratio', '16:9', 'adaptive'],
    [{ prompt: 'p', durationSeconds: 1 }, 'durationSeconds', '1', 'from 2 to 15'],
    [{ prompt: 'p', durationSeconds: 16 }, 'durationSeconds', '16', 'from 2 to 15'],
    [{ prompt: 'p', durationSeconds: 5.5 }, 'durationSeconds', '5.5', 'whole seconds'],
    [{ prompt: 'p', durationSeconds: -1 }, 'durationSeconds', '-1', 'from 2 to 15'],
    [{ model: 'wan3.0-video', prompt: 'p', durationSeconds: 31 }, 'durationSeconds', '31', 'from 2 to 30', '-1'],
    [{ model: 'wan2.6-t2v-us', prompt: 'p', durationSeconds: 7 }, 'durationSeconds', '7', '5, 10'],
    [
      { model: 'wan2.6-r2v', prompt: 'p', references: { images: [IMAGE] }, durationSeconds: 11 },
      'durationSeconds',
      'from 2 to 10',
    ],
    [{ model: 'wan2.2-t2v-plus', prompt: 'p', durationSeconds: 6 }, 'durationSeconds', '6', '5'],
    [
      { model: 'wan2.2-i2v-flash', image: IMAGE, resolution: '480P', durationSeconds: 8 },
      'durationSeconds',
      '8',
      'Allowed: 5.',
    ],
    [{ prompt: 'p', references: { videos: [CLIP] }, durationSeconds: 11 }, 'durationSeconds', '11', 'from 2 to 10'],
    [{ prompt: 'p', video: CLIP, durationSeconds: 11 }, 'durationSeconds', '11', 'from 2 to 10'],
    [{ model: 'wan2.6-t2v-us', prompt: 'p', durationSeconds: 15 }, 'durationSeconds', '15', '5, 10.'],
    [{ model: 'wan2.6-i2v-us', image: IMAGE, durationSeconds: 14 }, 'durationSeconds', '14', '5, 10, 15.'],
    [{ model: 'wanx2.1-i2v-turbo', image: IMAGE, durationSeconds: 6 }, 'durationSeconds', '6', '3, 4, 5.'],
    [{ prompt: 'p', durationSeconds: 0 }, 'durationSeconds', '0', 'from 2 to 15.'],
    [{ model: 'wan3.0-video', prompt: 'p', video: CLIP, durationSeconds: 0 }, 'durationSeconds', '0'],
    [{ video: CLIP, durationSeconds: 1 }, 'durationSeconds', '1', 'from 2 to 10', 'or 0 (as long as the source)'],
    [
      { model: 'wan3.0-video', prompt: 'p', video: CLIP, durationSeconds: 30 },
      'durationSeconds',
      '30',
      'from 2 to 29',
      '-1',
    ],
    [{ ...horse('t2v'), resolution: '480P' }, 'resolution', '720P, 1080P'],
    [{ ...horse('t2v'), ratio: 'adaptive' }, 'ratio', '4:5, 5:4, 9:21, 21:9'],
    [{ ...horse('t2v'), durationSeconds: 2 }, 'durationSeconds', '2', 'from 3 to 15'],
    [{ ...horse('t2v'), durationSeconds: 16 }, 'durationSeconds', '16', 'from 3 to 15'],
    [{ ...horse('i2v'), prompt: undefined, image: IMAGE, ratio: '16:9' }, 'ratio', 'follows the input'],
    [{ ...horse('video-edit'), video: CLIP, durationSeconds: 5 }, 'durationSeconds', '5', 'Leave it out'],
    [{ ...horse('video-edit'), video: CLIP, ratio: '16:9' }, 'ratio', 'follows the input'],
    [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, resolution: '1080P' }, 'resolution', '480P, 720P'],
    [
      { model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, durationSeconds: 5 },
      'durationSeconds',
      '5',
      'Leave it out',
    ],
    [{ image: IMAGE, video: CLIP, resolution: '720P' }, 'resolution', '720P', 'wan2.2-animate-move'],
    [{ image: IMAGE, video: CLIP, ratio: '16:9' }, 'ratio', '16:9', 'wan2.2-animate-move'],
  ])('is refused: %j', (request, ...named) => expectRefused(request, named));
});

describe('shapeOf', () => {
  const shape = (request: WanxRequest, id: string, mode: Mode, ...media: InputMedia[]) =>
    shapeOf(request, findModel(id), mode, media);
  const frame: InputMedia = { role: 'first-frame', option: 'image', source: IMAGE };

  it('is what most want where nothing is said: 720P, 16:9, five seconds', () => {
    expect(shape({}, 'wan2.7-t2v', 'text')).toEqual({ resolution: '720P', ratio: '16:9', durationSeconds: 5 });
  });

  it('is that of what is put in, where the model can', () => {
    expect(shape({}, 'wan2.7-i2v', 'image', frame).ratio).toBeNull();
    expect(shape({}, 'wan3.0-video', 'image', frame).ratio).toBe('adaptive');
    expect(shape({}, 'wan2.7-videoedit', 'edit')).toMatchObject({ ratio: null, durationSeconds: null });
  });
});
