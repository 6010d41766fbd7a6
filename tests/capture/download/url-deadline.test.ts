import { expect, test } from 'vitest';
import { urlDeadline } from '#lib/capture/capture.server.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
test.each<[string, string, string | undefined]>([
  ['OSS V1', 'Expires=1795348800&OSSAccessKeyId=x&Signature=y', '2026-11-22T12:00:00.000Z'],
  ['S3 V4', 'X-Amz-Date=20261121T110000Z&X-Amz-Expires=3600&X-Amz-Signature=y', '2026-11-21T12:00:00.000Z'],
  ['OSS V4', 'x-oss-date=20261121T110000Z&x-oss-expires=86400&x-oss-signature=y', '2026-11-22T11:00:00.000Z'],
  ['OSS V4 without its date', 'x-oss-expires=60', '2026-11-21T12:01:00.000Z'],
  ['Google V4', 'X-Goog-Date=20261121T110000Z&X-Goog-Expires=60', '2026-11-21T11:01:00.000Z'],
  ['other letters', 'EXPIRES=1795348800', '2026-11-22T12:00:00.000Z'],
  ['nothing', 'a=b', undefined],
  ['an empty value', 'Expires=', undefined],
  ['a date in words', 'Expires=tomorrow', undefined],
  ['a negative number', 'Expires=-1', undefined],
  ['far past the calendar', 'Expires=999999999999', undefined],
  ['a year of five digits', 'x-oss-date=99990101T000000Z&x-oss-expires=99999999999', undefined],
  ['an impossible start', 'X-Amz-Date=20269999T110000Z&X-Amz-Expires=60', '2026-11-21T12:01:00.000Z'],
])('%s', (_name, query, expected) => {
  const url = `https://bucket.oss-cn-beijing.aliyuncs.com/v.mp4?${query}`;
  expect(urlDeadline(url, NOW)?.toISOString()).toBe(expected);
  expect(urlDeadline(new URL(url), NOW)?.toISOString()).toBe(expected);
});

test('what is no URL has no deadline', () => {
  expect(urlDeadline('nonsense', NOW)).toBeUndefined();
});
