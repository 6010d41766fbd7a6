import { expect, it } from 'vitest';
import { sourceOf, versionOf } from '#lib/web/playback/source.ts';

it.each<[Parameters<typeof sourceOf>, string]>([
  [[{ name: 'rome-old.mp4', sha256: 'abcdef0123456789ff' }], '/videos/rome-old.mp4?v=abcdef0123456789'],
  [[{ name: 'rome-old.mp4' }], '/videos/rome-old.mp4'],
  [[{ name: 'rome-old.mp4', sha256: 'ab' }, '/app/films'], '/app/films/rome-old.mp4?v=ab'],
])('the address of %j is %s', (file, address) => {
  expect(sourceOf(...file)).toBe(address);
});

it('another file of the same name has another address', () => {
  expect(versionOf('a'.repeat(64))).not.toBe(versionOf(`b${'a'.repeat(63)}`));
});
