import { describe, expect, it } from 'vitest';
import { type CleanUpRule, checkRule, filmsToRemove } from '#lib/scrape/storage/clean-up-rule.ts';
import { storedRecord } from '../../fixtures/scrape/records.ts';

const NOW_MS = Date.UTC(2026, 10, 30);
const stored = (key: string, day: number, sizeBytes = 100, pictureBytes = 10) =>
  storedRecord(key, { storedAt: `2026-11-${day}T00:00:00.000Z`, sizeBytes, pictureBytes });

const RECORDS = [
  ...[stored('cats/c', 26), stored('cats/a', 10), stored('news/b', 20), stored('news/d', 28)],
  { ...stored('news/open', 11), stored: undefined },
];

describe('the films that go', () => {
  it.each<[string, CleanUpRule, string[]]>([
    ['by age', { olderThanDays: 9.9 }, ['a', 'b']],
    ['by number in each channel', { keepPerChannel: 1 }, ['a', 'b']],
    ['all but none', { keepPerChannel: 0 }, ['a', 'b', 'c', 'd']],
    ['by size, the oldest first, pictures included', { maxBytes: 230 }, ['a', 'b']],
    ['by size that fits', { maxBytes: 440 }, []],
    ['by either rule, where the first leaves enough', { olderThanDays: 15, maxBytes: 330 }, ['a']],
    ['by either rule', { olderThanDays: 15, maxBytes: 329 }, ['a', 'b']],
    ['of one channel', { keepPerChannel: 1, channelId: 'news' }, ['b']],
    ['of one channel, by its own size', { maxBytes: 110, channelId: 'cats' }, ['a']],
  ])('%s', (_what, rule, videos) => {
    expect(filmsToRemove(RECORDS, rule, NOW_MS).map(({ videoId }) => videoId)).toEqual(videos);
  });

  it.each<[string, CleanUpRule]>([
    ['nothing', {}],
    ['only a channel', { channelId: 'news' }],
    ['a negative age', { olderThanDays: -1 }],
    ['no number', { maxBytes: Number.NaN }],
    ['half a film', { keepPerChannel: 1.5 }],
    ['a channel that is none', { keepPerChannel: 1, channelId: '../x' }],
  ])('are not named by %s', (_what, rule) => {
    expect(() => checkRule(rule)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it.each([
    ['a misspelt dry run', { keepPerChannel: 1, dryrun: true }],
    ['a misspelt channel', { keepPerChannel: 1, channel: 'news' }],
    ['a dry run in words', { keepPerChannel: 1, dryRun: 'yes' }],
    ['versions in words', { keepPerChannel: 1, removeVersions: 'false' }],
    ['an age in words', { olderThanDays: '3' }],
  ])('are not named by %s, as JavaScript may give it', (_what, rule) => {
    expect(() => checkRule(Object.assign({}, rule as object))).toThrow(
      expect.objectContaining({ code: 'invalid-input' }),
    );
  });
});
