import { describe, expect, it } from 'vitest';
import { findEra, findSpot, nearestEraIds, nearestSpotIds, spots } from '#lib/data/spots.ts';
import { lookOf } from '#lib/wanx/prompt/period.ts';
import { cleanText } from '#lib/wanx/prompt/text.ts';
import { parseSpotEra, videoFileName } from '#lib/wanx/spot.ts';

const pairs = spots.flatMap((spot) => spot.eras.map((era) => ({ spot, era, key: `${spot.id}/${era.id}` })));
/** What gets a prompt refused by moderation, or a name that a rights holder watches. */
const SENSITIVE =
  /\b(?:wars?|battles?|soldiers?|arm(?:y|ies)|weapons?|swords?|guns?|execut\w+|slaves?|corpses?|blood|king|queen|emperor|pharaoh|president|god|goddess|flags?)\b/i;
/** A prompt says what is there; a thing named after "no" tends to appear. */
const NEGATION = /\b(?:no|not|never|without|none|nothing|neither|lacks?|absent|yet)\b/i;

describe('the spots', () => {
  it('are at least ten places with three eras each', () => {
    expect(spots.length).toBeGreaterThanOrEqual(10);
    for (const spot of spots) expect([spot.id, spot.eras.length]).toEqual([spot.id, 3]);
  });

  it('have file names of their own', () => {
    const names = pairs.map(({ spot, era }) => videoFileName(spot.id, era.id));
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(spots.map((spot) => spot.id)).size).toBe(spots.length);
  });

  it.each(spots.map((spot) => [spot.id, spot] as const))('%s runs through time', (_id, spot) => {
    const years = spot.eras.map((era) => era.year);
    expect(years).not.toContain(undefined);
    expect(years).toEqual(years.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
    expect(spot.location).toBeTruthy();
  });

  it.each(pairs.map((pair) => [pair.key, pair] as const))('%s is complete and fit to send', (_key, { spot, era }) => {
    expect(parseSpotEra(spot, era).era).toEqual(era);
    expect(lookOf(era).key).not.toBe('unknown');
    for (const text of [spot.description ?? '', era.description ?? '', spot.name, era.name, spot.location ?? '']) {
      expect(text).toBe(cleanText(text));
      expect(text).not.toMatch(SENSITIVE);
      expect(text).not.toMatch(NEGATION);
    }
    expect(era.description?.match(/\.(?=\s|$)/g)?.length).toBe(2);
  });

  it('fix one viewpoint and one light for all eras of a spot', () => {
    for (const spot of spots) {
      expect(spot.description).toMatch(/\bseen (?:from|along|looking)\b.*\b(?:sun|daylight|dusk|mist|fog)\.$/);
      for (const era of spot.eras)
        expect(era.description).not.toMatch(/\b(?:dawn|noon|afternoon|evening|sunset|night)\b/i);
    }
  });
});

describe('findSpot and findEra', () => {
  it('find what there is, and nothing else', () => {
    const spot = findSpot('petra');
    expect(spot?.name).toBe('Petra Treasury');
    expect(spot && findEra(spot, 'nabataean')?.period).toBe('c. AD 50');
    expect(spot && findEra(spot, 'edo')).toBeUndefined();
    expect(findSpot('atlantis')).toBeUndefined();
  });
});

describe('nearestSpotIds', () => {
  it.each([
    ['eifel-tower', 'eiffel-tower'],
    ['eiffel', 'eiffel-tower'],
    ['eifel', 'eiffel-tower'],
    ['Colloseum', 'colosseum'],
    ['goldengate', 'golden-gate'],
    ['pyramids', 'giza'],
    ['machu pichu', 'machu-picchu'],
    ['london', 'london-bridge'],
    ['bund', 'the-bund'],
  ])('%s means %s', (typed, meant) => {
    expect(nearestSpotIds(typed)[0]).toBe(meant);
  });

  it('answers at most three ids, whatever is asked', () => {
    for (const typed of ['', 'x'.repeat(100_000), '🗼']) expect(nearestSpotIds(typed)).toHaveLength(3);
  });

  it('knows the eras of a spot too', () => {
    const spot = findSpot('colosseum');
    expect(spot && nearestEraIds(spot, 'grandtour')[0]).toBe('grand-tour');
  });
});
