import { expect, it } from 'vitest';
import { filmLists, filmTotalsOf, isAfter, listOf, placeOf } from '#lib/scrape/record/film-lists.ts';
import type { ScrapedRecord } from '#lib/scrape/record/record.ts';
import { storedRecord } from '../../fixtures/scrape/records.ts';

const ROME = storedRecord('news/rome', { sizeBytes: 700, pictureBytes: 30, storedAt: '2026-11-20T23:59:59.000Z' });
const OSLO: ScrapedRecord = {
  ...storedRecord('news/oslo', {}),
  ...{ createdAt: '2026-11-25T00:00:00.000Z', download_status: 'pending', stored: undefined },
};

it('a film is in the list of all, and in those of its channel, its status and both, the newest first', () => {
  const at = -Date.parse('2026-11-20T23:59:59.000Z');
  expect(filmLists.placesOf(ROME)).toEqual({
    ...{ 'films::': at, 'films:news:': at, 'films::downloaded': at, 'films:news:downloaded': at },
  });
  const storedLater = { ...ROME, download_completed_at: '2026-11-22T00:00:00.000Z' };
  expect(placeOf(storedLater)).toEqual({ at: -Date.parse('2026-11-22T00:00:00.000Z'), key: 'news/rome' });
});

it('one that is wanted is also in a list that begins with the oldest', () => {
  const places = filmLists.placesOf(OSLO);
  expect(places['wanted:pending']).toBe(Date.parse('2026-11-25T00:00:00.000Z'));
  expect(places[listOf({ status: 'pending' })]).toBe(-Date.parse('2026-11-25T00:00:00.000Z'));
});

it('counts films, and what is stored', () => {
  expect(filmTotalsOf(OSLO)).toEqual({ 'films:news:pending': 1 });
  expect(filmTotalsOf(ROME)).toEqual({
    ...{ 'films:news:downloaded': 1, 'stored:in:news:videos': 1, 'stored:in:news:bytes': 700 },
    ...{ 'stored:in:news:pictureBytes': 30, 'stored:on:2026-11-20:videos': 1, 'stored:on:2026-11-20:bytes': 730 },
  });
});

it('films of the same time are in the order of their keys', () => {
  expect([
    isAfter({ at: 1, key: 'b' }, { at: 1, key: 'a' }),
    isAfter({ at: 1, key: 'a' }, { at: 1, key: 'a' }),
  ]).toEqual([true, false]);
  expect(isAfter({ at: 1, key: 'z' }, { at: 2, key: 'a' })).toBe(false);
});
