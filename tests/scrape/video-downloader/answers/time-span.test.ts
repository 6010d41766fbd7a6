import { expect, it } from 'vitest';
import { spanMsIn } from '#lib/scrape/video-downloader/answers/time-span.ts';

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
