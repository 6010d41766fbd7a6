import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import {
  assertAssetName,
  assertAssetPrefix,
  assertFacts,
  bytesOf,
  isAssetName,
  isNameUnusable,
  nameIsTaken,
  nameIsUnknown,
  nameOfOwn,
} from '#lib/stores/assets/asset-rules.ts';

const refused = expect.objectContaining({ code: 'invalid-input' });

describe('the name of an asset', () => {
  it.each(['a', 'rome-old.mp4', 'videos/rome-old.v2.mp4', 'a b', 'ключ', 'a.parts', 'part', 'x'.repeat(200)])(
    'may be %j',
    (name) => {
      expect(isAssetName(name)).toBe(true);
    },
  );

  it.each([
    ...[
      '',
      '/',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      'a/../b',
      '.hidden',
      'a/.b',
      'a\\b',
      'C:a',
      'a*',
      'a?',
      'a\u0000',
      'a\n',
    ],
    ...['a.', 'a ', 'a.part', 'a.part.json', 'a.part.lock', 'a.part.json.2', 'x'.repeat(201), 'é'.repeat(101)],
    'x/'.repeat(520).concat('x'),
  ])('is not %j', (name) => {
    expect(isAssetName(name)).toBe(false);
    expect(() => assertAssetName(name)).toThrow(refused);
  });

  it.each(['', 'a', 'videos/', 'videos/ro', 'a.', 'a '])('may begin with %j', (prefix) => {
    expect(() => assertAssetPrefix(prefix)).not.toThrow();
  });

  it.each(['/', '../', 'a//b', '.', 'a/.', 'a\\'])('does not begin with %j', (prefix) => {
    expect(() => assertAssetPrefix(prefix)).toThrow(refused);
  });

  it.each<[string, number | string, string]>([
    ['clip.mp4', 7, 'clip~7.mp4'],
    ['a.b/clip', 7, 'a.b/clip~7'],
    ['a/b.tar.gz', 'ab$&', 'a/b.tar~ab$&.gz'],
  ])('of %s that another file has is made its own by %s: %s', (name, mark, own) => {
    expect(nameOfOwn(name, mark)).toBe(own);
  });

  it('cannot be used where it is taken, or nobody may say whether it is; any other failure is not about it', () => {
    const failures = [nameIsTaken('a'), nameIsUnknown('no right to list', new Error('403'))];
    expect(failures.map(isNameUnusable)).toEqual([true, true]);
    const others = [new ReelError('auth', 'wrong key'), new ReelError('network', 'away'), new Error('x'), undefined];
    expect(others.map(isNameUnusable)).toEqual([false, false, false, false]);
  });
});

describe('the facts of an asset', () => {
  const sha256 = 'a'.repeat(64);

  it.each<[number, string]>([
    [-1, sha256],
    [0.5, sha256],
    [Number.NaN, sha256],
    [2 ** 53, sha256],
    [1, sha256.toUpperCase()],
    [1, sha256.slice(1)],
    [1, `${sha256}\n`],
  ])('are none with %s bytes and %j', (sizeBytes, hash) => {
    expect(() => assertFacts({ sizeBytes, sha256: hash, mimeType: 'video/mp4' })).toThrow(refused);
  });

  it('may be of an empty file', () => {
    expect(() => assertFacts({ sizeBytes: 0, sha256, mimeType: 'video/mp4' })).not.toThrow();
  });
});

describe('a range', () => {
  it.each<[Parameters<typeof bytesOf>[0], number, { start: number; end: number }]>([
    [undefined, 10, { start: 0, end: 9 }],
    [undefined, 0, { start: 0, end: -1 }],
    [{ start: 3 }, 10, { start: 3, end: 9 }],
    [{ start: 3, end: 3 }, 10, { start: 3, end: 3 }],
    [{ start: 0, end: 99 }, 10, { start: 0, end: 9 }],
    [{ start: -3 }, 10, { start: 7, end: 9 }],
    [{ start: -99 }, 10, { start: 0, end: 9 }],
  ])('%j of %i bytes is %j', (range, sizeBytes, bytes) => {
    expect(bytesOf(range, sizeBytes)).toEqual(bytes);
  });

  it.each([{ start: 10 }, { start: 5, end: 4 }, { start: 0.5 }, { start: Number.NaN }, { start: 0, end: -1 }])(
    '%j of 10 bytes is refused',
    (range) => {
      expect(() => bytesOf(range, 10)).toThrow(refused);
    },
  );
});
