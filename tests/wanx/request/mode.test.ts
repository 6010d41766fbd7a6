import { describe, expect, it } from 'vitest';
import type { Mode } from '#lib/wanx/models/traits.ts';
import { modeAndModel } from '#lib/wanx/request/mode.ts';
import type { WanxRequest } from '#lib/wanx/request/options.ts';
import {
  CLIP,
  expectRefused,
  horse,
  IMAGE,
  PAGE,
  PDF,
  type RefusedRequest,
} from '../../fixtures/wire/refused-requests.ts';

describe('a request whose kind of generation cannot be told, or is not the model’s', () => {
  it.each<RefusedRequest>([
    [{ prompt: 'p', model: 'wan2.7-tv2' }, 'wan2.7-tv2', 'wan2.7-t2v'],
    [{ model: 'wan2.7-t2v', image: IMAGE }, 'model', 'wan2.7-t2v', 'image', 'wan2.7-i2v'],
    [{ model: 'wan2.7-i2v', prompt: 'p' }, 'model', 'wan2.7-i2v', 'text', 'wan2.7-t2v'],
    [{ model: 'wan2.6-i2v', firstFrame: IMAGE, lastFrame: IMAGE }, 'model', 'first-and-last-frame'],
    [{ image: IMAGE, firstFrame: IMAGE }, 'image', 'firstFrame'],
    [{ prompt: 'p', firstClip: CLIP, video: CLIP }, 'firstClip', 'video'],
    [{ prompt: 'p', firstClip: CLIP, references: { images: [IMAGE] } }, 'firstClip', 'references'],
    [{ model: 'wan2.7-t2v', document: PDF }, 'model', 'document', 'wan3.0-video'],
    [{ document: PDF, link: PAGE }, 'document and link'],
    [{ link: PAGE, video: CLIP }, 'video and link'],
    [{ ...horse('i2v'), image: IMAGE, lastFrame: IMAGE }, 'model', 'first-and-last-frame'],
    [
      { model: 'wan3.0-video', image: IMAGE, video: CLIP },
      'model',
      'motion',
      'wan2.2-animate-move, wan2.2-animate-mix',
    ],
  ])('is refused: %j', (request, ...named) => expectRefused(request, named));
});

describe('modeAndModel', () => {
  it.each<[Mode, WanxRequest, string]>([
    ['text', { prompt: 'p' }, 'wan2.7-t2v'],
    ['image', { firstFrame: IMAGE }, 'wan2.7-i2v'],
    ['first-and-last-frame', { image: IMAGE, lastFrame: IMAGE }, 'wan2.7-i2v'],
    ['reference', { references: {}, image: IMAGE }, 'wan2.7-r2v'],
    ['edit', { video: CLIP, references: {}, image: IMAGE }, 'wan2.7-videoedit'],
    ['continuation', { firstClip: CLIP, lastFrame: IMAGE }, 'wan2.7-i2v'],
    ['document', { link: PAGE, references: {} }, 'wan3.0-video'],
    ['motion', { video: CLIP, image: IMAGE }, 'wan2.2-animate-move'],
  ])('is %s for %j', (mode, request, id) => {
    const found = modeAndModel(request, 'wan2.7-t2v');
    expect([found.mode, found.model.id]).toEqual([mode, id]);
  });

  it('prefers the default model where it does the mode', () => {
    expect(modeAndModel({ image: IMAGE }, 'wan3.0-video').model.id).toBe('wan3.0-video');
  });

  it('takes an unknown model only on request, and only one whose name can be sent', () => {
    const ask = (model: string) => () => modeAndModel({ prompt: 'p', model, allowUnknownModel: true }, 'wan2.7-t2v');
    expect(ask('wan9.9-t2v')().model).toMatchObject({ id: 'wan9.9-t2v', limitsKnown: false });
    expect(ask('wan9.9 t2v')).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    expect(() => modeAndModel({ prompt: 'p', model: 'wan9.9-t2v' }, 'wan2.7-t2v')).toThrow('wan9.9-t2v');
  });
});
