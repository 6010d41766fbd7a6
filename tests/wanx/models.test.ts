import { describe, expect, it } from 'vitest';
import {
  durationsAt,
  estimateCost,
  findModel,
  listModels,
  longestSeconds,
  MODEL_FOR_MODE,
  ratiosAt,
} from '#lib/wanx/models.ts';
import { HOSTILE } from '../fixtures/wrong-types.ts';

describe('the model table', () => {
  it('knows every model of the API pages', () => {
    expect(listModels().map((model) => model.id)).toEqual([
      'wan3.0-video',
      'wan3.0-video-prime',
      'wan2.7-t2v',
      'wan2.7-t2v-2026-04-25',
      'wan2.7-t2v-2026-06-12',
      'wan2.7-i2v',
      'wan2.7-i2v-2026-04-25',
      'wan2.7-r2v',
      'wan2.7-r2v-2026-06-12',
      'wan2.7-videoedit',
      'wan2.6-t2v',
      'wan2.6-t2v-us',
      'wan2.6-i2v',
      'wan2.6-i2v-us',
      'wan2.6-i2v-flash',
      'wan2.6-r2v',
      'wan2.6-r2v-flash',
      'wan2.5-t2v-preview',
      'wan2.5-i2v-preview',
      'wan2.2-t2v-plus',
      'wan2.2-i2v-plus',
      'wan2.2-i2v-flash',
      'wan2.2-kf2v-flash',
      ...['t2v-turbo', 't2v-plus', 'i2v-turbo', 'i2v-plus', 'kf2v-plus', 'vace-plus'].flatMap((suffix) => [
        `wanx2.1-${suffix}`,
        `wan2.1-${suffix}`,
      ]),
      'wan2.2-s2v',
      'wan2.2-animate-move',
      'wan2.2-animate-mix',
    ]);
  });

  it.each([
    ['wan3.0-video', 'beijing singapore us frankfurt tokyo hongkong'],
    ['wan2.7-t2v', 'beijing singapore'],
    ['wan2.6-t2v', 'beijing singapore us frankfurt'],
    ['wan2.6-i2v', 'beijing singapore us frankfurt'],
    ['wan2.6-r2v', 'beijing singapore us frankfurt'],
    ['wan2.6-i2v-flash', 'beijing singapore'],
    ['wan2.6-t2v-us', 'us'],
    ['wan2.6-i2v-us', 'us'],
    ['wanx2.1-kf2v-plus', 'beijing'],
    ['wan2.1-kf2v-plus', 'singapore'],
    ['wan2.2-s2v', 'beijing'],
    ['wan2.2-animate-mix', 'beijing singapore'],
  ])('%s is served in %s', (id, regions) => {
    expect(findModel(id).regions).toEqual(regions.split(' '));
  });

  // Submissions a second and tasks at once, by the rate-limit page.
  it.each([
    ['wan2.7-videoedit', 5, 5],
    ['wan2.5-t2v-preview', 5, 5],
    ['wan2.2-kf2v-flash', 2, 2],
    ['wanx2.1-kf2v-plus', 2, 2],
    ['wan2.1-kf2v-plus', 1, 2],
    ['wan2.2-s2v', 5, 1],
    ['wan2.2-animate-move', 5, 1],
    ['wan3.0-video', null, null],
  ])('%s may be asked %s times a second and does %s at once', (id, submitsPerSecond, concurrentTasks) => {
    expect(findModel(id)).toMatchObject({ submitsPerSecond, concurrentTasks });
  });

  it.each(listModels())('$id is consistent with itself', (model) => {
    expect(model.modes.length).toBeGreaterThan(0);
    for (const resolution of model.resolutions) {
      if (model.ratios.length > 0) expect(ratiosAt(model, resolution)).toContain('16:9');
      expect(longestSeconds(durationsAt(model, resolution))).toBeGreaterThanOrEqual(5);
    }
    const priced = Object.keys(model.pricePerSecondUsd ?? {});
    for (const resolution of priced) expect(model.resolutions).toContain(resolution);
    expect(model.priceDate !== null).toBe(model.pricePerSecondUsd !== null);
    expect(model.priceSource !== null).toBe(model.pricePerSecondUsd !== null);
  });

  it.each(Object.entries(MODEL_FOR_MODE))('the model for %s does it', (mode, id) => {
    expect(findModel(id).modes).toContain(mode);
  });
});

describe('findModel', () => {
  it.each([
    ['wan27-t2v', 'wan2.7-t2v'],
    ['WAN3.0-VIDEO', 'wan3.0-video'],
    ['wanx2.1-turbo', 'wanx2.1-t2v-turbo'],
  ])('refuses %s and names %s', (id, near) => {
    expect(() => findModel(id)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    expect(() => findModel(id)).toThrow(near);
  });

  it.each([5, undefined, null, {}, ['wan2.7-t2v']])('refuses %j: a name is text', (id) => {
    const untyped = findModel as (id: unknown) => unknown;
    expect(() => untyped(id)).toThrow(expect.objectContaining({ code: 'invalid-input', stage: 'submitting' }));
    expect(() => untyped(id)).toThrow('model must be the name of a model');
  });

  it('does not find what every object has', () => {
    expect(() => findModel('constructor')).toThrow('Unknown model');
  });
});

describe('estimateCost', () => {
  it.each([
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
    [{ model: 'wanx2.1-t2v-plus' }, 0.5, 0.1, 5],
    [{ model: 'wan2.1-vace-plus' }, 0.5, 0.1, 5],
  ] as const)('%j costs %d', (question, usd, unitUsd, seconds) => {
    expect(estimateCost(question)).toMatchObject({ usd, unitUsd, seconds });
  });

  it('gives the date and the source of its price', () => {
    expect(estimateCost({ model: 'wan3.0-video' })).toEqual({
      usd: 0.5,
      unitUsd: 0.1,
      seconds: 5,
      priceDate: '2026-09-16',
      source: 'Model Studio pricing page, Singapore list',
      note: expect.stringContaining('discount'),
    });
  });

  it.each([
    { model: 'wan3.0-video-prime' },
    { model: 'wan2.6-t2v' },
    { model: 'wan2.7-t2v', resolution: '480P' },
    { model: 'wan2.5-t2v-preview', durationSeconds: 10 },
    { model: 'wanx2.1-vace-plus' },
  ] as const)('says of %j that the price is not known, and never 0', (question) => {
    const estimate = estimateCost(question);
    expect(estimate).toEqual({
      usd: null,
      unitUsd: null,
      seconds: 'durationSeconds' in question ? question.durationSeconds : 5,
      note: expect.stringContaining('not known'),
    });
  });

  it.each([
    ['wan2.2-s2v', 20],
    ['wan2.2-animate-move', 30],
  ])('says of %s that it is as long as what is put in, %d s at most', (model, seconds) => {
    expect(estimateCost({ model })).toMatchObject({ usd: null, seconds, note: expect.stringContaining('put in') });
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
    ['less than nothing', () => ({ ...t2v, durationSeconds: -5 }), 'durationSeconds -5 is not taken by wan2.7-t2v'],
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
    ['a video put in that is none', () => ({ ...t2v, hasVideoInput: 'x' }), 'hasVideoInput must be true or false'],
  ])('refuses %s', (_what, question, named) => {
    const ask = () => (estimateCost as (question: unknown) => unknown)(question());
    expect(ask).toThrow(expect.objectContaining({ name: 'ReelError', code: 'invalid-input', stage: 'submitting' }));
    expect(ask).toThrow(named);
  });
});
