import { describe, expect, it } from 'vitest';
import { isReelError } from '#lib/base/errors.ts';
import { spots } from '#lib/data/spots.ts';
import { findModel, listModels } from '#lib/wanx/models.ts';
import { lookOf } from '#lib/wanx/prompt/period.ts';
import { buildEnhancedPrompt, buildNegativePrompt } from '#lib/wanx/prompt-builder.ts';
import type { Era, Spot } from '#lib/wanx/spot.ts';

const pairs = spots.flatMap((spot) => spot.eras.map((era) => ({ spot, era })));
/** Image models too: they have other limits, and a prompt may be sent to any of them. */
const modelIds = listModels()
  .filter((model) => model.promptLimit > 0)
  .map((model) => model.id);

const CAMERA_VERB =
  /\bcamera (?:pushes|pulls|pans|tilts|tracks|rises|orbits|zooms|dollies|cranes|follows|glides|circles|flies|moves)\b/g;
const NEGATION = /\b(?:no|not|never|without|none|nothing|avoid|exclude|don't|free of)\b/i;
/** Controls, direction marks, private use, half surrogate pairs, quotes, and the brackets of shots and script tags. */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029"“”«»[\]{}<>`|\\]/u;

function prompt(spot: Partial<Spot>, era: Partial<Era> = {}, options = {}): string {
  return buildEnhancedPrompt({ id: 'spot', name: 'Old Town', ...spot }, { id: 'era', name: 'Today', ...era }, options);
}

function failureCode(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return isReelError(error) ? error.code : 'another error';
  }
  return undefined;
}

describe('every spot and era', () => {
  it.each(modelIds)('makes a whole prompt for %s', (model) => {
    const { promptLimit, negativePromptLimit, sound } = findModel(model);
    for (const { spot, era } of pairs) {
      const text = buildEnhancedPrompt(spot, era, { model });
      expect(text.length).toBeLessThanOrEqual(promptLimit);
      for (const part of [spot.name, spot.location, era.name, era.period, spot.description, era.description]) {
        expect(text).toContain(part);
      }
      expect(text.match(CAMERA_VERB)).toHaveLength(1);
      expect(text.match(/\bcamera\b/g)).toHaveLength(1);
      expect(text.match(/\bOne continuous shot\b/g)).toHaveLength(1);
      expect(text).not.toMatch(HARMFUL);
      expect(text).not.toMatch(/\s\s|\.\.|\s[.,;]|undefined|null/);
      expect(text).toMatch(/^Photorealistic documentary footage, .*\.$/);
      expect(/ambience/.test(text)).toBe(sound !== 'silent');
      if (negativePromptLimit === null) expect(text).not.toMatch(NEGATION);
      expect(buildEnhancedPrompt({ ...spot }, { ...era }, { model })).toBe(text);
    }
  });

  it.each(modelIds)('has exclusions the way %s wants them', (model) => {
    const { negativePromptLimit, promptLimit, sound } = findModel(model);
    for (const { spot, era } of pairs) {
      const negative = buildNegativePrompt(spot, era, { model });
      const text = buildEnhancedPrompt(spot, era, { model });
      if (negativePromptLimit === null) {
        expect(negative).toBeUndefined();
        // In 800 characters the place and the time come first.
        if (promptLimit <= 800) continue;
        expect(text).toContain(lookOf(era).instead);
        expect(text).toContain('plain and unlettered');
        continue;
      }
      expect(negative?.length).toBeLessThanOrEqual(negativePromptLimit);
      for (const word of ['readable text', 'watermark', 'flags', 'brand names', 'jump cuts', 'cartoon style']) {
        expect(negative).toContain(word);
      }
      expect(negative?.includes('music')).toBe(sound !== 'silent');
      expect(text).not.toContain('unlettered');
    }
  });

  it('shares camera move and tone among the eras of a spot, so that videos can be laid over each other', () => {
    for (const spot of spots) {
      const tails = spot.eras.map(
        (era) => /One continuous shot: .*? texture\./.exec(buildEnhancedPrompt(spot, era))?.[0],
      );
      expect(tails[0]).toBeTruthy();
      expect(new Set(tails).size).toBe(1);
    }
  });

  it('uses more than one camera move', () => {
    const moves = pairs.map(({ spot, era }) => buildEnhancedPrompt(spot, era).match(CAMERA_VERB)?.[0]);
    expect(new Set(moves).size).toBeGreaterThan(2);
  });

  it('never excludes what a description shows', () => {
    for (const { spot, era } of pairs) {
      const excluded = (buildNegativePrompt(spot, era) ?? '').split(', ');
      const shown = `${spot.description} ${era.description}`.toLowerCase();
      for (const thing of lookOf(era).absent) {
        expect([era.id, thing, excluded.includes(thing) && shown.includes(thing.toLowerCase())]).toEqual([
          era.id,
          thing,
          false,
        ]);
      }
    }
    const neon = { id: 'sign', name: 'Corner', description: 'A first neon tube over the door.' };
    const era = { id: 'e', name: 'Gaslight', period: '1899' };
    expect(buildNegativePrompt(neon, era)).not.toContain('neon');
    expect(buildNegativePrompt({ ...neon, description: '' }, era)).toContain('neon');
  });
});

describe('what the era asks for', () => {
  it.each([
    [-430, 'the ancient world', 'handwoven cloth', 'street lamps'],
    [1150, 'the medieval centuries', 'homespun cloth', 'power lines'],
    [1650, 'the age before machines', 'natural dyes', 'asphalt'],
    [1888, 'the nineteenth century', 'animal-drawn carts', 'neon'],
    [1912, 'the early twentieth century', 'upright early motor cars', 'jet aircraft'],
    [1955, 'the mid twentieth century', 'rounded cars', 'LED screens'],
    [1985, 'the late twentieth century', 'boxy cars', 'smartphones'],
    [2025, 'the present day', 'present-day traffic', 'period costumes'],
    [2150, 'a plausible near future', 'electric vehicles', 'spaceships'],
    [undefined, 'one and the same period', 'agree with each other', 'anachronisms'],
  ])('%s is %s', (year, label, world, absent) => {
    const era = { name: 'An Era', year };
    expect(prompt({}, era)).toContain(`Everything in view is true to ${label}: `);
    expect(prompt({}, era)).toContain(world);
    expect(buildNegativePrompt({ id: 's', name: 'S' }, { id: 'e', ...era })).toContain(absent);
  });

  it.each([Number.NaN, 1900.5, '1900'])('refuses the year %j', (year) => {
    const era: Era = JSON.parse('{"id":"e","name":"E"}');
    expect(failureCode(() => prompt({}, Object.assign(era, { year })))).toBe('invalid-input');
  });

  it('lets the description of the era speak for dress and transport', () => {
    const text = prompt({}, { period: '1912', description: 'Llamas graze between roofless walls.' });
    expect(text).toContain('true to the early twentieth century.');
    expect(text).not.toContain('motor cars');
  });

  it('sets the light only where no description does', () => {
    const light = /morning sun from the side|afternoon sun through|overcast daylight/;
    expect(prompt({})).toMatch(light);
    expect(prompt({ description: 'A square at blue dusk.' })).not.toMatch(light);
  });

  it('does not say a period or a location twice', () => {
    expect(prompt({ name: 'Paris Opera', location: 'Paris' }, { name: 'The 1920s', period: '1920s' })).toContain(
      'footage, The 1920s: Paris Opera.',
    );
  });
});

describe('sound', () => {
  const description = 'A harbour quay with horses.';
  it.each([
    ['wan2.7-t2v', undefined, 'light wind, lapping water, hooves and footsteps; no dialogue, no background music.'],
    ['wan3.0-video', true, 'light wind, lapping water, hooves and footsteps.'],
    ['wan2.7-t2v', false, 'No dialogue, no background music.'],
  ])('%s with audio %s hears what is seen', (model, audio, end) => {
    expect(prompt({ description }, {}, { model, audio }).endsWith(end)).toBe(true);
  });

  it.each([
    ['wan3.0-video', false],
    ['wan2.2-t2v-plus', true],
    ['wan2.2-t2v-plus', undefined],
  ])('%s with audio %s is not told of sound', (model, audio) => {
    expect(prompt({ description }, {}, { model, audio })).not.toMatch(/sound|dialogue|music|ambience/i);
  });
});

describe('models', () => {
  it('takes wan2.7-t2v where none is named', () => {
    expect(prompt({})).toBe(prompt({}, {}, { model: 'wan2.7-t2v' }));
    expect(prompt({})).not.toBe(prompt({}, {}, { model: 'wan3.0-video' }));
  });

  it('refuses a model it does not know', () => {
    expect(failureCode(() => prompt({}, {}, { model: 'wan9' }))).toBe('invalid-input');
    expect(
      failureCode(() => buildNegativePrompt({ id: 'a', name: 'A' }, { id: 'b', name: 'B' }, { model: 'wan9' })),
    ).toBe('invalid-input');
  });
});

// Pinned whole, so that a change of wording is read by somebody before it costs money.
describe('the wording', () => {
  function pinned(spotId: string, eraId: string, model: string): string {
    const pair = pairs.find(({ spot, era }) => spot.id === spotId && era.id === eraId);
    if (!pair) throw new Error(`no ${spotId}/${eraId}`);
    const options = { model };
    const text = buildEnhancedPrompt(pair.spot, pair.era, options);
    return `${text.replace(/(?<=[.:]) (?=[A-Z])/g, '\n')}\n-- ${buildNegativePrompt(pair.spot, pair.era, options)}`;
  }

  it('of 2.7', () => {
    expect(pinned('eiffel-tower', '1900', 'wan2.7-t2v')).toMatchInlineSnapshot(`
      "Photorealistic documentary footage, Belle Époque (1900):
      Eiffel Tower, Paris, France.
      A four-legged tower of wrought-iron lattice on the flat Champ de Mars beside the Seine, seen from the south-east in soft morning sun.
      The finished tower is painted from deep orange-yellow at the feet to pale yellow at the top, above gravel walks, flower beds and ornate white exhibition palaces.
      Women in long skirts and wide hats, men in bowlers and straw hats, and open horse carriages pass by.
      Everything in view is true to the early twentieth century.
      People go about their day unhurried in the middle distance, and thin haze drifts slowly past.
      One continuous shot: the camera pushes in slowly and steadily, wide shot, 35mm lens.
      Soft contrast, true-to-life colour, fine natural texture.
      The soundtrack is natural ambience alone: light wind, hooves and footsteps; no dialogue, no background music.
      -- modern cars, plastic, glass skyscrapers, jet aircraft, screens, smartphones, modern clothing, speech, narration, music, readable text, subtitles, watermark, logos, brand names, flags, weapons, fighting, blood, close-up faces, distorted bodies, extra limbs, jump cuts, scene changes, flicker, camera shake, blur, cartoon style"
    `);
  });

  it('of 3.0', () => {
    expect(pinned('giza', 'old-kingdom', 'wan3.0-video')).toMatchInlineSnapshot(`
      "Photorealistic documentary footage, Old Kingdom (c. 2500 BC):
      Pyramids of Giza, Giza Plateau, Egypt.
      Three great stone pyramids on a desert plateau above the green Nile valley, seen from the south-east in low golden morning sun.
      The pyramids are new, cased in smooth white limestone with sharp edges, above pale causeways, temples and a harbour basin.
      Workers and scribes in white linen kilts walk beside laden donkeys, and wooden boats lie moored among palms.
      Everything in view is true to the ancient world.
      Every surface is hand-worked, light comes from sun and flame alone, and all movement from people, animals, wind and water.
      Walls and signs are plain and unlettered, faces are distant and anonymous, and the sky holds clouds and birds.
      Everyone moves at an easy pace, seen from afar, and a light wind stirs cloth and leaves.
      One continuous shot: the camera pulls back slowly and steadily, wide shot, 35mm lens.
      Soft contrast, true-to-life colour, fine natural texture.
      The soundtrack is natural ambience alone: light wind, lapping water, hooves, bird calls and footsteps.
      -- undefined"
    `);
  });

  it('of 2.1', () => {
    expect(pinned('times-square', '1955', 'wan2.1-t2v-turbo')).toMatchInlineSnapshot(`
      "Photorealistic documentary footage, The Fifties (1950s):
      Times Square, New York City, USA.
      A long open junction where Broadway crosses Seventh Avenue between tall fronts, seen looking south at blue dusk.
      Walls of coloured bulbs and neon tubes in abstract shapes glow above theatre canopies.
      Rounded taxis and chrome-trimmed sedans roll past, and people in overcoats, felt hats and full skirts fill the pavements.
      Everything in view is true to the mid twentieth century.
      All movement is slow and small in the distance, and birds drift overhead.
      One continuous shot: the camera pans slowly from left to right, extreme wide shot, 28mm lens.
      Soft contrast, true-to-life colour, fine natural texture.
      -- modern cars, LED screens, smartphones, satellite dishes, glass skyscrapers, modern clothing, readable text, subtitles, watermark, logos, brand names, flags, weapons, fighting, blood, close-up faces, distorted bodies, extra limbs, jump cuts, scene changes, flicker, camera shake, blur, cartoon style"
    `);
  });

  it('with nothing but names', () => {
    expect(
      prompt({ name: 'Charles Bridge', location: 'Prague' }, { name: 'Baroque', period: '1720s' }),
    ).toMatchInlineSnapshot(
      `"Photorealistic documentary footage, Baroque (1720s): Charles Bridge, Prague. Everything in view is true to the age before machines: timber, brick and dressed stone, local dress in natural dyes, people on foot, animals and wooden boats. All movement is slow and small in the distance, and birds drift overhead. One continuous shot: the camera pans slowly from left to right, extreme wide shot, 28mm lens. Low morning sun from the side, long soft shadows, warm natural colour. The soundtrack is natural ambience alone: light wind and footsteps; no dialogue, no background music."`,
    );
  });
});
