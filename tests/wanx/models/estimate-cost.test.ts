import { describe, expect, it } from 'vitest';
import { type CostQuestion, estimateCost } from '#lib/wanx/models/estimate-cost.ts';
import { HOSTILE } from '../../fixtures/wrong-types.ts';

describe('estimateCost', () => {
  it.each<[CostQuestion, number, number, number]>([
    [{ model: 'wan2.7-t2v' }, 0.5, 0.1, 5],
    [{ model: 'wan2.7-t2v', resolution: '1080P', durationSeconds: 15 }, 2.25, 0.15, 15],
    [{ model: 'wan2.7-i2v', durationSeconds: 3 }, 0.3, 0.1, 3],
    [{ model: 'wan3.0-video', resolution: '480P', durationSeconds: 30, audio: false }, 1.5, 0.05, 30],
    [{ model: 'wan3.0-video', durationSeconds: -1 }, 3, 0.1, 30],
    [{ model: 'wan2.7-videoedit' }, 1, 0.1, 10],
    // Seconds of a video put in are billed, too: as many as there may be.
    [{ model: 'wan2.7-videoedit', durationSeconds: 5, hasVideoInput: true }, 1.5, 0.1, 15],
    [{ model: 'wan2.7-r2v', durationSeconds: 5, hasVideoInput: true }, 1, 0.1, 10],
    [{ model: 'wan3.0-video', durationSeconds: 5, hasVideoInput: true }, 3, 0.1, 30],
    [{ model: 'wan2.7-i2v', durationSeconds: 5, hasVideoInput: true }, 0.5, 0.1, 5],
    [{ model: 'wan2.1-t2v-turbo', resolution: '480P' }, 0.18, 0.036, 5],
    [{ model: 'wan2.6-t2v' }, 0.5, 0.1, 5],
    [{ model: 'wan2.6-t2v-us', resolution: '1080P', durationSeconds: 10 }, 1.5, 0.15, 10],
    [{ model: 'wan2.6-i2v-us', durationSeconds: 15 }, 1.5, 0.1, 15],
    [{ model: 'wan2.5-t2v-preview', resolution: '480P', durationSeconds: 10 }, 0.5, 0.05, 10],
    [{ model: 'wan2.5-i2v-preview', resolution: '1080P' }, 0.75, 0.15, 5],
    [{ model: 'wan2.2-t2v-plus' }, 0.1, 0.02, 5],
    [{ model: 'wan2.2-i2v-plus', resolution: '1080P' }, 0.5, 0.1, 5],
    [{ model: 'wan2.2-i2v-flash' }, 0.18, 0.036, 5],
    [{ model: 'wan2.2-i2v-flash', resolution: '480P' }, 0.075, 0.015, 5],
    [{ model: 'wan2.1-i2v-turbo', durationSeconds: 3 }, 0.108, 0.036, 3],
    [{ model: 'wan2.1-i2v-plus' }, 0.5, 0.1, 5],
    [{ model: 'wan2.1-kf2v-plus' }, 0.5, 0.1, 5],
    // Without sound the flash models of 2.6 cost half; elsewhere the switch changes nothing.
    [{ model: 'wan2.6-i2v-flash' }, 0.25, 0.05, 5],
    [{ model: 'wan2.6-i2v-flash', audio: true, resolution: '1080P' }, 0.375, 0.075, 5],
    [{ model: 'wan2.6-i2v-flash', audio: false }, 0.125, 0.025, 5],
    [{ model: 'wan2.6-r2v-flash', audio: false, resolution: '1080P', durationSeconds: 10 }, 0.375, 0.0375, 10],
    [{ model: 'wan3.0-video', audio: false }, 0.5, 0.1, 5],
    // Seconds of a reference clip, 5 at most, on 2.6 as on 2.7.
    [{ model: 'wan2.6-r2v', durationSeconds: 10, hasVideoInput: true }, 1.5, 0.1, 15],
    [{ model: 'wan2.6-r2v', durationSeconds: 10, hasVideoInput: true, inputSeconds: 3 }, 1.3, 0.1, 13],
    [{ model: 'wan2.6-r2v-flash', audio: false, durationSeconds: 5, hasVideoInput: true }, 0.25, 0.025, 10],
    [{ model: 'wan2.7-r2v', durationSeconds: 5, hasVideoInput: true, inputSeconds: 20 }, 1, 0.1, 10],
    // All of the source: its own seconds twice where they are known, else as many as there may be.
    [{ model: 'wan2.7-videoedit', durationSeconds: 0, hasVideoInput: true }, 2, 0.1, 20],
    [{ model: 'wan2.7-videoedit', durationSeconds: 0, hasVideoInput: true, inputSeconds: 5.02 }, 1.004, 0.1, 10.04],
    [{ model: 'wan2.7-videoedit', hasVideoInput: true, inputSeconds: 4 }, 0.8, 0.1, 8],
    [{ model: 'wan2.7-videoedit', durationSeconds: 2, hasVideoInput: true, inputSeconds: 8 }, 1, 0.1, 10],
    [{ model: 'wan3.0-video', durationSeconds: 5, hasVideoInput: true, inputSeconds: 4 }, 0.9, 0.1, 9],
    // By quality.
    [{ model: 'wan2.2-animate-move', hasVideoInput: true }, 3.6, 0.12, 30],
    [{ model: 'wan2.2-animate-move', hasVideoInput: true, inputSeconds: 5.2 }, 0.624, 0.12, 5.2],
    [{ model: 'wan2.2-animate-move', quality: 'professional', inputSeconds: 10 }, 1.8, 0.18, 10],
    [{ model: 'wan2.2-animate-mix', quality: 'standard', inputSeconds: 10 }, 1.8, 0.18, 10],
    [{ model: 'wan2.2-animate-mix', quality: 'professional', inputSeconds: 10 }, 2.6, 0.26, 10],
    [{ model: 'wan2.2-s2v', resolution: '480P', inputSeconds: 10 }, 0.71677, 0.071677, 10],
    [{ model: 'wan2.2-s2v' }, 2.58036, 0.129018, 20],
    [{ model: 'happyhorse-1.0-t2v' }, 0.7, 0.14, 5],
    [{ model: 'happyhorse-1.0-r2v', resolution: '1080P', durationSeconds: 15 }, 3.6, 0.24, 15],
    [{ model: 'happyhorse-1.0-i2v', durationSeconds: 3 }, 0.42, 0.14, 3],
    [{ model: 'happyhorse-1.0-video-edit', hasVideoInput: true, inputSeconds: 6.62 }, 1.8536, 0.14, 13.24],
    [{ model: 'happyhorse-1.0-video-edit', hasVideoInput: true }, 4.2, 0.14, 30],
    // A longer one is cut.
    [{ model: 'happyhorse-1.0-video-edit', hasVideoInput: true, inputSeconds: 40 }, 4.2, 0.14, 30],
    [{ model: 'wanx2.1-t2v-plus' }, 0.5, 0.1, 5],
    [{ model: 'wan2.1-vace-plus' }, 0.5, 0.1, 5],
  ])('%j costs %d', (question, usd, unitUsd, seconds) => {
    expect(estimateCost(question)).toMatchObject({ usd, unitUsd, seconds });
  });

  it('gives the date and the source of its price', () => {
    expect(estimateCost({ model: 'wan3.0-video' })).toEqual({
      usd: 0.5,
      unitUsd: 0.1,
      seconds: 5,
      priceRegion: 'singapore',
      priceDate: '2026-09-16',
      source: 'Model Studio pricing page, Singapore list',
      note: expect.stringContaining('discount'),
    });
  });

  it.each([
    { model: 'wan3.0-video-prime' },
    { model: 'wan2.7-t2v', resolution: '480P' },
    { model: 'wan3.0-video-prime', durationSeconds: 10 },
    { model: 'wan2.2-kf2v-flash' },
    { model: 'wan2.2-i2v-flash', resolution: '1080P' },
    { model: 'wanx2.1-vace-plus' },
    { model: 'wan2.7-t2v-2026-08-01', allowUnknownModel: true },
    { model: 'wan9-dream', allowUnknownModel: true, durationSeconds: 60 },
  ] as const)('says of %j that the price is not known, and never 0', (question) => {
    const estimate = estimateCost(question);
    expect(estimate).toEqual({
      usd: null,
      unitUsd: null,
      seconds: 'durationSeconds' in question ? question.durationSeconds : 5,
      note: expect.stringContaining('unknown'),
    });
  });

  it.each([
    ['wan2.2-s2v', 20],
    ['wan2.2-animate-move', 30],
  ])('says of %s that it is as long as what is put in, %d s at most', (model, seconds) => {
    expect(estimateCost({ model })).toMatchObject({ seconds, note: expect.stringContaining('As long as the input') });
    expect(estimateCost({ model, inputSeconds: 3 }).note).toBeUndefined();
  });

  it.each([
    ['wan2.7-t2v', 'singapore'],
    ['wan2.2-s2v', 'beijing'],
    ['wan2.6-i2v-us', 'us'],
  ])('says of the price of %s that it is of the list of %s', (model, priceRegion) => {
    expect(estimateCost({ model })).toMatchObject({ priceRegion, source: expect.any(String) });
  });

  const t2v = { model: 'wan2.7-t2v' };
  it.each<[string, () => unknown, string]>([
    ['nothing', () => undefined, 'options must be an object with a model; got undefined'],
    ['null', () => null, 'options must be'],
    ['a name alone', () => 'wan2.7-t2v', 'options must be'],
    ['a list', () => [t2v], 'options must be'],
    ['a proxy', () => HOSTILE, 'could not be read'],
    ['no model', () => ({}), 'model must be the name of a model'],
    ['a model of null', () => ({ model: null }), 'model must be the name of a model'],
    ['an unknown model', () => ({ model: 'wan27-t2v' }), 'Did you mean wan2.7-t2v'],
    ['a resolution of another maker', () => ({ ...t2v, resolution: '4K' }), '480P, 720P, 1080P; got "4K"'],
    ['a resolution that every object has', () => ({ ...t2v, resolution: 'toString' }), '480P, 720P, 1080P'],
    ['a resolution of null', () => ({ ...t2v, resolution: null }), '480P, 720P, 1080P; got null'],
    ['less than nothing', () => ({ ...t2v, durationSeconds: -5 }), 'durationSeconds -5 is not supported by wan2.7-t2v'],
    ['no time', () => ({ ...t2v, durationSeconds: 0 }), 'whole seconds from 2 to 15.'],
    ['NaN', () => ({ ...t2v, durationSeconds: Number.NaN }), 'durationSeconds NaN'],
    ['for ever', () => ({ ...t2v, durationSeconds: Number.POSITIVE_INFINITY }), 'durationSeconds Infinity'],
    ['too long', () => ({ ...t2v, durationSeconds: 99 }), 'whole seconds from 2 to 15.'],
    ['half a second', () => ({ ...t2v, durationSeconds: 5.5 }), 'whole seconds'],
    ['a length as text', () => ({ ...t2v, durationSeconds: '5' }), 'durationSeconds must be a number of whole seconds'],
    ['a length that the model cannot choose', () => ({ ...t2v, durationSeconds: -1 }), 'durationSeconds -1'],
    ['one of few lengths', () => ({ model: 'wan2.5-t2v-preview', durationSeconds: 7 }), 'Allowed: 5, 10.'],
    ['where the model may choose', () => ({ model: 'wan3.0-video', durationSeconds: 31 }), 'or -1 (the model chooses)'],
    ['sound of 5', () => ({ ...t2v, audio: 5 }), 'audio must be true or false'],
    ['a quality of another maker', () => ({ ...t2v, quality: 'pro' }), 'standard, professional; got "pro"'],
    ['no input at all', () => ({ ...t2v, inputSeconds: 0 }), 'inputSeconds must be a number of seconds above 0'],
    ['endless input', () => ({ ...t2v, inputSeconds: Number.POSITIVE_INFINITY }), 'inputSeconds'],
    [
      '30 s beside a video',
      () => ({ model: 'wan3.0-video', durationSeconds: 30, hasVideoInput: true }),
      'from 2 to 29',
    ],
    ['an edit of a second', () => ({ model: 'wan2.7-videoedit', durationSeconds: 1 }), '0 (as long as the source)'],
    [
      'yes for an unknown model',
      () => ({ ...t2v, allowUnknownModel: 'yes' }),
      'allowUnknownModel must be true or false',
    ],
    ['a video put in that is none', () => ({ ...t2v, hasVideoInput: 'x' }), 'hasVideoInput must be true or false'],
  ])('refuses %s', (_what, question, named) => {
    const ask = () => (estimateCost as (question: unknown) => unknown)(question());
    expect(ask).toThrow(expect.objectContaining({ name: 'ReelError', code: 'invalid-input', stage: 'submitting' }));
    expect(ask).toThrow(named);
  });
});
