import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models/find-model.ts';
import type { WanxRequest } from '#lib/wanx/request/options.ts';
import { wordsOf } from '#lib/wanx/request/words.ts';
import {
  CLIP,
  expectRefused,
  horse,
  IMAGE,
  PDF,
  type RefusedRequest,
  SOUND,
  wrong,
} from '../../fixtures/wire/refused-requests.ts';

describe('words that the model does not take', () => {
  it.each<RefusedRequest>([
    [{ prompt: '' }, 'prompt'],
    [{ prompt: ' \n' }, 'prompt'],
    [{}, 'prompt'],
    [{ prompt: 'x'.repeat(5001) }, 'prompt', '5001', '5000'],
    [{ prompt: '🎬'.repeat(2501) }, 'prompt', '5002', '5000'],
    [{ model: 'wan3.0-video', prompt: 'x'.repeat(20_001) }, 'prompt', '20001', '20000'],
    [{ model: 'wan2.6-t2v', prompt: 'x'.repeat(1501) }, 'prompt', '1501', '1500'],
    [{ model: 'wan2.2-t2v-plus', prompt: 'x'.repeat(801) }, 'prompt', '801', '800'],
    [{ prompt: 'p', negativePrompt: 'x'.repeat(501) }, 'negativePrompt', '501', '500'],
    [{ model: 'wan3.0-video', prompt: 'p', negativePrompt: 'n' }, 'negativePrompt', 'wan3.0-video'],
    [{ prompt: 'p', shotType: 'multi' }, 'shotType', 'multi', 'wan2.7-t2v'],
    [{ model: 'wan2.6-t2v', prompt: 'p', shotType: 'multi' }, 'shotType', 'promptExtend'],
    [{ model: 'wan2.6-i2v', image: IMAGE, shotType: 'multi' }, 'shotType', 'promptExtend'],
    [{ model: 'wan2.6-i2v-flash', image: IMAGE, shotType: 'single', promptExtend: false }, 'shotType', 'promptExtend'],
    [
      wrong({ model: 'wan2.6-i2v', image: IMAGE, promptExtend: true, shotType: 'triple' }),
      'shotType',
      'triple',
      'single, multi',
    ],
    [
      { model: 'wan2.6-r2v', prompt: 'p', references: { images: [IMAGE] }, promptExtend: true },
      'promptExtend',
      'wan2.6-r2v',
    ],
    [{ prompt: 'p', video: CLIP, image: IMAGE }, 'prompt', 'wan2.2-animate-move', 'motion'],
    [{ references: { images: [IMAGE] } }, 'prompt', 'reference'],
    [{ model: 'wan3.0-video', firstClip: CLIP }, 'prompt', 'continuation'],
    [{ model: 'wan3.0-video', video: CLIP }, 'prompt', 'edit'],
    [{ document: PDF, promptExtend: false }, 'promptExtend', 'false', 'Allowed: true'],
    [{ prompt: 'p', template: 'flying' }, 'template', 'flying', 'wan2.7-t2v'],
    [{ image: IMAGE, template: 'flying' }, 'template', 'flying', 'wan2.7-i2v'],
    [
      { model: 'wan2.2-kf2v-flash', image: IMAGE, lastFrame: IMAGE, template: 'flying' },
      'template',
      'lastFrame',
      'first frame alone',
    ],
    [
      { model: 'wan2.1-vace-plus', prompt: 'p', negativePrompt: 'n', references: { images: [IMAGE] } },
      'negativePrompt',
      'wan2.1-vace-plus',
    ],
    [{ ...horse('t2v'), negativePrompt: 'n' }, 'negativePrompt', 'happyhorse-1.0-t2v'],
    [{ ...horse('t2v'), promptExtend: false }, 'promptExtend', 'happyhorse-1.0-t2v'],
    [{ ...horse('t2v'), shotType: 'multi' }, 'shotType', 'happyhorse-1.0-t2v'],
    [{ ...horse('t2v'), prompt: 'x'.repeat(5001) }, 'prompt', '5001', '5000'],
    [{ ...horse('t2v'), prompt: '海'.repeat(2501) }, 'prompt', '2501', 'twice', '5002', '5000'],
    [{ ...horse('t2v'), prompt: `${'海'.repeat(2000)}${'x'.repeat(1001)}` }, 'prompt', '3001', '5001'],
    [{ ...horse('r2v'), prompt: '', references: { images: [IMAGE] } }, 'prompt', 'reference'],
    [{ ...horse('video-edit'), prompt: '', video: CLIP }, 'prompt', 'edit'],
    [{ model: 'wan2.6-i2v', image: IMAGE, template: 'flying', prompt: 'p' }, 'template', 'prompt', 'ignore'],
    [{ model: 'wan2.6-i2v', image: IMAGE, template: 'a man who flies' }, 'template', 'a man who flies', 'letters'],
    [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, prompt: 'p' }, 'prompt', 'wan2.2-s2v'],
    [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, negativePrompt: 'n' }, 'negativePrompt', 'Leave it out'],
    [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, promptExtend: true }, 'promptExtend', 'wan2.2-s2v'],
  ])('is refused: %j', (request, ...named) => expectRefused(request, named));
});

describe('wordsOf', () => {
  const wan = findModel('wan2.7-t2v');

  it.each<[string, WanxRequest, object]>([
    ['what is said as it is, blanks included', { prompt: ' p ' }, { prompt: ' p ', negativePrompt: null }],
    ['a blank negative prompt as none', { prompt: 'p', negativePrompt: ' ' }, { negativePrompt: null }],
    ['no extended prompt that was not asked for', { prompt: 'p' }, { promptExtend: false, template: null }],
  ])('takes %s', (_what, request, words) => {
    expect(wordsOf(request, wan, 'text')).toMatchObject(words);
  });

  it('extends the prompt by itself where the service has to read a document', () => {
    expect(wordsOf({ prompt: 'p' }, findModel('wan3.0-video'), 'document')).toMatchObject({ promptExtend: true });
  });

  it('sends the name of an effect in place of a prompt', () => {
    const words = wordsOf({ template: 'flying' }, findModel('wan2.6-i2v'), 'image');
    expect(words).toMatchObject({ template: 'flying', prompt: null });
  });

  it('does not hold an unknown model to a number', () => {
    const unknown = { ...wan, limitsKnown: false };
    expect(wordsOf({ prompt: 'x'.repeat(9999) }, unknown, 'text').prompt).toHaveLength(9999);
  });
});
