import { describe, expect, it } from 'vitest';
import { lookOf, middleYear } from '#lib/wanx/prompt-period.ts';

describe('middleYear', () => {
  it.each([
    ['1888', 1888],
    ['1889–1914', 1901],
    ['1889-1914', 1901],
    ['1914–18', 1916],
    ['1920s', 1920],
    ['c. 1600', 1600],
    ['AD 80–120', 100],
    ['80 AD', 80],
    ['c. 430 BC', -430],
    ['447–432 BC', -439],
    ['c. 2500 BCE', -2500],
    ['5th century B.C.', -450],
    ['12th century', 1150],
    ['15世纪', 1450],
    ['公元前221年', -221],
    ['early 20th century', 1915],
    ['late 19th century', 1885],
    ['turn of the 20th century', 1900],
    ['16th–17th centuries', 1650],
    ['1990–today', 2025],
    ['Edo', undefined],
    ['', undefined],
  ])('%s is %s', (text, year) => {
    expect(middleYear(text)).toBe(year);
  });
});

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
    ['', '', 'unknown'],
  ])('%s (%s) looks %s', (name, period, key) => {
    expect(lookOf({ id: 'x', name, period }).key).toBe(key);
  });

  it('trusts the years more than the words', () => {
    expect(lookOf({ id: 'x', name: 'Gothic Revival', period: '1860s' }).key).toBe('nineteenth-century');
  });
});
