import { describe, expect, it } from 'vitest';
import { lookOf } from '#lib/wanx/prompt/period.ts';

const keyOf = (era: { name?: string; period?: string; year?: number }) => lookOf({ id: 'x', name: 'x', ...era }).key;

describe('lookOf', () => {
  it.each([
    [-10_000, 'prehistory'],
    [-4001, 'prehistory'],
    [-4000, 'antiquity'],
    [-430, 'antiquity'],
    [50, 'antiquity'],
    [1400, 'medieval'],
    [1500, 'early-modern'],
    [1888, 'nineteenth-century'],
    [1900, 'early-twentieth-century'],
    [1955, 'mid-twentieth-century'],
    [1985, 'late-twentieth-century'],
    [2025, 'contemporary'],
    [2150, 'future'],
  ])('the year %d looks %s', (year, key) => {
    expect(keyOf({ year })).toBe(key);
  });

  it('takes the year before anything that is written', () => {
    expect(keyOf({ name: '2020s', period: '1888', year: -430 })).toBe('antiquity');
  });

  it.each([
    ['1888', 'nineteenth-century'],
    ['c. 1400', 'medieval'],
    ['1950s', 'mid-twentieth-century'],
    ['1760–1780', 'early-modern'],
    ['1905-1910', 'early-twentieth-century'],
  ])('without a year, the period %s looks %s', (period, key) => {
    expect(keyOf({ period })).toBe(key);
    expect(keyOf({ name: period })).toBe(key);
  });

  it.each([
    '',
    'c. 2500 BC',
    '1500 BC',
    '12th century',
    '1889–1914',
    '2000 years ago',
    '8 May 1945',
    'Apollo 11, 1969',
    'Today',
  ])('guesses nothing from %j', (period) => {
    expect(keyOf({ period })).toBe('unknown');
  });
});
