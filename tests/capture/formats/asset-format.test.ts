import { describe, expect, it } from 'vitest';
import { hasText, oneOf } from '#lib/capture/formats/asset-format.ts';

describe('hasText', () => {
  const bytes = Buffer.from('\x89PNG\xff', 'latin1');

  it.each<[number, string, boolean]>([
    [1, 'PNG', true],
    [0, '\x89PNG', true],
    [4, '\xff', true],
    [0, 'PNG', false],
    [1, 'png', false],
    // Beyond the end.
    [3, 'G\xff\x00', false],
    [9, 'P', false],
    [0, '', true],
  ])('at %i looks for %j: %s', (offset, text, isThere) => {
    expect(hasText(bytes, offset, text)).toBe(isThere);
  });
});

it.each([
  ['MP4 video', 'an MP4 video'],
  ['QuickTime video', 'a QuickTime video'],
  ['PNG picture', 'a PNG picture'],
  ['movie', 'a movie'],
])('a %s is %s in a sentence', (title, named) => {
  expect(oneOf({ title })).toBe(named);
});
