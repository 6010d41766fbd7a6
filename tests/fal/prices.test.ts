import { expect, it } from 'vitest';
import { chargedFor, estimateOf, priceIn } from '#lib/fal/prices.ts';

const by = (unit: string, unitUsd = 0.1) => ({ unit, unitUsd });

it.each([
  [{ duration: 5 }, by('second'), { usd: 0.5, units: 5, unit: 'second', unitUsd: 0.1 }],
  [{ duration: '8s' }, by('seconds'), { usd: 0.8, units: 8 }],
  [{ duration: 5, num_videos: 2 }, by('video second'), { usd: 1, units: 10 }],
  [{}, by('second'), { usd: null }],
  [{ num_videos: 3 }, by('video'), { usd: 0.3, units: 3, unit: 'unit' }],
  [{}, by('request'), { usd: 0.1 }],
  [{ duration: 5 }, by('compute second'), { usd: null, unitUsd: 0.1, billedUnit: 'compute second' }],
  [{ duration: 5 }, by('units'), { usd: null, unitUsd: null, billedUnit: 'units' }],
  [{ duration: 5 }, by('credits'), { usd: null, unitUsd: null }],
  [{ duration: 5 }, undefined, { usd: null, units: 1, unit: 'unit' }],
])('estimates %j by %j', (input, price, estimate) => {
  expect(estimateOf(input, price)).toMatchObject(estimate);
});

it.each([
  [undefined, by('second'), { usd: null }],
  [2.5, by('second'), { units: 2.5, usd: 0.25, billedUnit: 'second' }],
  [3, by('megapixel'), { units: 3, usd: 0.3 }],
  [3, by('Units'), { units: 3, usd: null }],
  [0, undefined, { units: 0, usd: 0 }],
  [3, undefined, { units: 3, usd: null }],
])('charges %s by %j', (units, price, charged) => {
  expect(chargedFor(units, price)).toEqual(expect.objectContaining(charged));
});

it('keeps the price in the estimate', () => {
  expect(priceIn(estimateOf({ duration: 5 }, by('second')))).toEqual(by('second'));
  expect(priceIn(estimateOf({}, by('credits')))).toBeUndefined();
  expect(priceIn(undefined)).toBeUndefined();
});
