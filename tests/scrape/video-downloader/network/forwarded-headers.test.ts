import { expect, it } from 'vitest';
import { forwardableHeaders, retryAfterMsOf } from '#lib/scrape/video-downloader/network/forwarded-headers.ts';

it('passes on what belongs to the message, repeated headers too', () => {
  const raw = ['Host', 'a', 'Connection', 'close', 'Proxy-Authorization', 'x', 'Cookie', 'a=1', 'Cookie', 'b=2'];
  expect(forwardableHeaders(raw)).toEqual(['Host', 'a', 'Cookie', 'a=1', 'Cookie', 'b=2']);
});

it.each([
  ['120', 120_000],
  ['Mon, 30 Nov 2026 12:01:00 GMT', 60_000],
  ['Mon, 30 Nov 2026 11:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('reads Retry-After: %s', (header, ms) => {
  expect(retryAfterMsOf(header, Date.UTC(2026, 10, 30, 12))).toBe(ms);
});
