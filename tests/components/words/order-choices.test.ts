import { describe, expect, it } from 'vitest';
import { choicesFor, wishedOrder } from '#lib/components/words/order-choices.ts';

describe('what can be chosen', () => {
  it('begins with what the server would do, at its price', () => {
    expect(choicesFor('wan2.7-t2v', {})).toMatchObject({ resolution: '720P', seconds: 5, estimateUsd: 0.5 });
  });

  it('knows the price of every choice', () => {
    const choices = choicesFor('wan2.7-t2v', { resolution: '1080P', seconds: 10 });
    expect(choices?.estimateUsd).toBeGreaterThan(1);
    expect(choices).toMatchObject({ resolution: '1080P', seconds: 10 });
  });

  it('has HappyHorse among what it knows, with its lengths and its price', () => {
    const choices = choicesFor('happyhorse-1.0-t2v', {});
    expect(choices).toMatchObject({ model: 'happyhorse-1.0-t2v', lengths: [3, 5, 8, 10, 15], estimateUsd: 0.7 });
  });

  it('gives way where choices cannot be combined', () => {
    const choices = choicesFor('wan2.7-t2v', { model: 'wan9-dream', resolution: '480P', seconds: 9999 });
    expect(choices).toMatchObject({ model: 'wan2.7-t2v', resolution: '720P', seconds: 5 });
  });

  it('offers nothing for a model it does not know, or that needs a picture', () => {
    expect(choicesFor('wan9-dream', {})).toBeUndefined();
    expect(choicesFor('wan2.7-i2v', {})).toBeUndefined();
  });
});

describe('what is sent for a wish', () => {
  it('is nothing where nothing was chosen: the server has defaults of its own', () => {
    expect(wishedOrder('wan2.7-t2v', {})).toEqual({ options: {} });
    expect(wishedOrder('wan9-dream', { seconds: 5 })).toEqual({ options: {} });
  });

  it('is everything that the page shows, once something was', () => {
    expect(wishedOrder('wan2.7-t2v', { seconds: 10 })).toEqual({
      options: { model: 'wan2.7-t2v', resolution: '720P', durationSeconds: 10 },
      estimateUsd: 1,
    });
  });
});
