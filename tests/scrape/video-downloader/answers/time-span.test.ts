import { expect, it } from 'vitest';
import { spanMsIn, startsInMs } from '#lib/scrape/video-downloader/answers/time-span.ts';

it.each([
  ['will begin in 2 hours', 7_200_000],
  ['for up to an hour', 3_600_000],
  ['wait 30 seconds', 30_000],
  ['after about 5 minutes', 300_000],
  ['in 3 days', 259_200_000],
  ['in a moment', undefined],
  ['', undefined],
])('%s', (text, ms) => {
  expect(spanMsIn(text)).toBe(ms);
});

it.each([
  ['This live event will begin in 5 days.', 432_000_000],
  ['Premieres in 20 minutes', 1_200_000],
  ['in 3 hours', 10_800_000],
  ['will begin at 2026-11-30 14:00:00 UTC', 7_200_000],
  ['will start at 2026-11-30T14:00:00.000Z', 7_200_000],
  ['to be released at 2026-11-30T23:00:00+09:00', 7_200_000],
  ['to be released at 2026-11-30T23:00:00+0900', 7_200_000],
  ['will begin at 2026-11-30 23:00 JST', 7_200_000],
  ['scheduled to start at 2026-11-30 09:00:00 -05:00', 7_200_000],
  ['scheduled to start at 2026-11-30 11:00:00 UTC', -3_600_000],
  ['scheduled for 2026-11-30 14:00:00', undefined],
  ['scheduled for 2026-11-30 14:00:00 CEST', undefined],
  ['scheduled for 2026-13-45 14:00:00 UTC', undefined],
  ['will begin in a few moments.', undefined],
])('begins: %s', (text, ms) => {
  expect(startsInMs(text, Date.UTC(2026, 10, 30, 12))).toBe(ms);
});
