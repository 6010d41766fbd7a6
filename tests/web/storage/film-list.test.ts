import { expect, it } from 'vitest';
import { cursorOf, placeIn } from '#lib/web/storage/film-list.ts';

it('a place comes back from its cursor, which is readable', () => {
  const place = { at: -Date.UTC(2026, 10, 30, 12), key: 'news/rome' };
  expect(cursorOf(place)).toBe('2026-11-30T12:00:00.000Z news/rome');
  expect(placeIn(cursorOf(place))).toEqual(place);
});

it.each(['', 'news/rome', 'yesterday news/rome', '2026-11-30T12:00:00.000Z'])('"%s" is no cursor', (text) => {
  expect(placeIn(text)).toBeUndefined();
});
