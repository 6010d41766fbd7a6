import { describe, expect, it } from 'vitest';
import { type FilmFilter, matches } from '#lib/scrape/record/film-filter.ts';
import { viewOf } from '#lib/scrape/record/views.ts';
import { storedRecord } from '../../fixtures/scrape/records.ts';

const FILM = { ...viewOf(storedRecord('news/rome', {})), title: 'The Forum at Dawn' };

describe('the filter of films', () => {
  it.each<[FilmFilter, boolean]>([
    [{}, true],
    [{ channelId: 'news' }, true],
    [{ channelId: 'cats' }, false],
    [{ status: 'downloaded' }, true],
    [{ status: 'failed' }, false],
    [{ text: 'forum' }, true],
    [{ text: 'ROM' }, true],
    [{ text: 'films.example' }, true],
    [{ text: 'oslo' }, false],
    [{ channelId: 'news', status: 'failed', text: 'forum' }, false],
  ])('%o: %j', (filter, isMatch) => {
    expect(matches(FILM, filter)).toBe(isMatch);
  });
});
