import { expect, it } from 'vitest';
import { forwardableHeaders } from '#lib/scrape/video-downloader/network/forwarded-headers.ts';

it('passes on what belongs to the message, repeated headers too', () => {
  const raw = ['Host', 'a', 'Connection', 'close', 'Proxy-Authorization', 'x', 'Cookie', 'a=1', 'Cookie', 'b=2'];
  expect(forwardableHeaders(raw)).toEqual(['Host', 'a', 'Cookie', 'a=1', 'Cookie', 'b=2']);
});
