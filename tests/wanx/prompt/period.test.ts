import { describe, expect, it } from 'vitest';
import { lookOf } from '#lib/wanx/prompt/period.ts';

describe('lookOf', () => {
  it.each([
    ['Imperial Rome', 'AD 90–120', 'antiquity'],
    ['Old Kingdom', 'c. 2500 BC', 'antiquity'],
    ['Genoese Galata', 'c. 1400', 'medieval'],
    ['Age of the Grand Tour', '1760–1780', 'early-modern'],
    ['Anything', '1888', 'nineteenth-century'],
    ['Anything', '1905–1910', 'early-twentieth-century'],
    ['Anything', '1950s', 'mid-twentieth-century'],
    ['Anything', '1985', 'late-twentieth-century'],
    ['Anything', '2020s', 'contemporary'],
    ['Anything', '2150', 'future'],
    ['Roaring Twenties', undefined, 'early-twentieth-century'],
    ['Victorian London', undefined, 'nineteenth-century'],
    ['Belle Époque', undefined, 'nineteenth-century'],
    ['Early Modern Period', undefined, 'early-modern'],
    ['Medieval Town', '', 'medieval'],
    ['Today', undefined, 'contemporary'],
    ['The Far Future', undefined, 'future'],
    ['Summer of 1965', undefined, 'mid-twentieth-century'],
    ['Victorian London', 'long ago', 'nineteenth-century'],
    ['The Golden Age', undefined, 'unknown'],
    ['Liberation', '8 May 1945', 'mid-twentieth-century'],
    ['Fall of the Wall', '9 November 1989', 'late-twentieth-century'],
    ['Moon landing', 'Apollo 11, 1969', 'mid-twentieth-century'],
    ['World War 2', undefined, 'mid-twentieth-century'],
    ['World War II', undefined, 'mid-twentieth-century'],
    ['World War I', undefined, 'early-twentieth-century'],
    ['Phase 2', undefined, 'unknown'],
    ['Expo 58', undefined, 'unknown'],
    ['2nd Empire', undefined, 'unknown'],
    ['Summer of Love', "the '60s", 'mid-twentieth-century'],
    ['Golden Twenties', undefined, 'early-twentieth-century'],
    ['Anything', 'around 2000 years ago', 'antiquity'],
    ['Anything', '10,000 BC', 'prehistory'],
    ['Stone Age', undefined, 'prehistory'],
    ['Anything', '27 BC – AD 14', 'antiquity'],
    ['Anything', '1600–1750', 'early-modern'],
    ['Anything', '18th–19th century', 'early-modern'],
    ['Cold War Berlin, 1961', undefined, 'mid-twentieth-century'],
    ['Neo-Gothic', undefined, 'unknown'],
    ['Gothic Revival', undefined, 'unknown'],
    ['Pre-modern', undefined, 'unknown'],
    ['Colonial Hong Kong', undefined, 'unknown'],
    ['Georgian capital', undefined, 'unknown'],
    ['Georgian era', undefined, 'early-modern'],
    ['Roman Forum today', undefined, 'unknown'],
    ['', '', 'unknown'],
  ])('%s (%s) looks %s', (name, period, key) => {
    expect(lookOf({ id: 'x', name, period }).key).toBe(key);
  });

  it('trusts the years more than the words', () => {
    expect(lookOf({ id: 'x', name: 'Gothic Revival', period: '1860s' }).key).toBe('nineteenth-century');
  });

  it.each<[period: string, key: string, like: string]>([
    ['18th–19th century', 'early-modern', '1850'],
    ['1889–1914', 'early-twentieth-century', '1914'],
    ['1990–today', 'contemporary', '2020'],
    ['1200–1850', 'unknown', '1850'],
    ['1880–1950', 'unknown', '1950'],
    ['20. Jahrhundert', 'unknown', '1999'],
  ])('shuts out of %s (%s) only what was not there even in %s', (period, key, like) => {
    const look = lookOf({ id: 'x', name: 'x', period });
    expect(look.key).toBe(key);
    const { absent } = lookOf({ id: 'x', name: 'x', period: like });
    expect(look.absent.filter((thing) => thing !== 'anachronisms')).toEqual(absent);
  });

  it.each(['1880 to the present', '1940–today', '2000 BC to the present', '2020–2100'])(
    'shuts nothing out of %s',
    (period) => {
      const { absent } = lookOf({ id: 'x', name: 'x', period });
      expect(absent.filter((thing) => thing !== 'anachronisms')).toEqual([]);
    },
  );

  it.each(['World War 2', 'Phase 2', 'Expo 58', 'The Golden Age', 'the 60s', '20. Jahrhundert'])(
    'shuts no car out of %s',
    (name) => {
      expect(lookOf({ id: 'x', name }).absent).not.toContain('cars');
    },
  );
});
