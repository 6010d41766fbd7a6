import { expect, test } from 'vitest';
import { parseCrc64 } from '#lib/capture/check/crc64-text.ts';

test.each<[string | undefined, string | undefined]>([
  ['11051210869376104954', '11051210869376104954'],
  ['0000000000000000007', '7'],
  [' 5 ', '5'],
  ['18446744073709551615', '18446744073709551615'],
  ['18446744073709551616', undefined],
  ['+5', undefined],
  ['-5', undefined],
  ['0x5', undefined],
  ['', undefined],
  [undefined, undefined],
])('a checksum header "%s" reads as %s', (header, expected) => {
  expect(parseCrc64(header)).toBe(expected);
});
