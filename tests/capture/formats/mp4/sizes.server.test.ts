import { describe, expect, test } from 'vitest';
import { SampleSizes } from '#lib/capture/formats/mp4/sizes.server.ts';
import {
  BEYOND,
  expectRefused,
  expectWhole,
  pictures,
  type RefusedCase,
  type WholeCase,
  without,
} from '../../../fixtures/mp4/film-cases.ts';
import { box, film, u32 } from '../../../fixtures/mp4/mp4-builder.ts';
import { fileOf } from '../../../fixtures/mp4/mp4-in-memory.ts';
import { withNumber } from '../../../fixtures/mp4/mp4-surgery.ts';

describe('a whole film', () => {
  const cases: WholeCase[] = [
    ['of samples of one size', () => pictures({ sizes: Array(6).fill(50), sizeTable: 'same' })],
    ['of 4-bit sizes', () => pictures({ sizes: [15, 1, 2, 3, 4, 5], sizeTable: 4 })],
    ['of an odd number of 4-bit sizes', () => pictures({ sizes: [15, 1, 2], sizeTable: 4, delta: 200 })],
    ['of 8-bit sizes', () => pictures({ sizeTable: 8 })],
    ['of 16-bit sizes', () => pictures({ sizeTable: 16 })],
    ['with an empty picture among others', () => pictures({ sizes: [90, 0, 41, 42, 43, 44] })],
  ];
  test.each(cases)('%s', async (_name, make, changes) => expectWhole(make(), changes));
});

describe('a film is refused', () => {
  const cases: RefusedCase[] = [
    ['with one large size for all', () => withNumber(film(), 'stsz', 12, 1_000_000), BEYOND],
    ['with absurd sizes of sizes', () => withNumber(pictures({ sizeTable: 8 }), 'stz2', 12, 7), /sizes of 7 bits/],
    ['without its stsz table', () => without(film(), 'stsz'), /contains no frames|more samples/],
  ];
  test.each(cases)('%s', async (_name, make, problem) => expectRefused(make(), problem));
});

describe('the sizes of samples', () => {
  const open = (content: Buffer, type = 'stz2') => {
    const bytes = box(type, content);
    return SampleSizes.open(fileOf(bytes).file, { type, start: 0, contentStart: 8, end: bytes.length });
  };

  test.each<[string, () => Buffer, string?]>([
    ['4', () => Buffer.from([0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 5, 0x12, 0x34, 0x50])],
    ['8', () => Buffer.from([0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 5, 1, 2, 3, 4, 5])],
    ['16', () => Buffer.from([0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 5, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5])],
    ['32', () => u32(0, 0, 5, 1, 2, 3, 4, 5), 'stsz'],
  ])('of %s bits are added up in order, some at a time', async (_bits, make, type) => {
    const sizes = await open(make(), type);
    expect(sizes.count).toBe(5);
    expect([await sizes.sum(1), await sizes.sum(2), await sizes.sum(0), await sizes.sum(2)]).toEqual([1, 5, 0, 9]);
  });

  test('that are all the same take no table', async () => {
    const sizes = await open(u32(0, 7, 1000), 'stsz');
    expect([sizes.count, await sizes.sum(3)]).toEqual([1000, 21]);
  });

  test('without a box are none', async () => {
    expect((await SampleSizes.open(fileOf(Buffer.alloc(0)).file, undefined)).count).toBe(0);
  });
});
