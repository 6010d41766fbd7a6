import { describe, test } from 'vitest';
import {
  expectRefused,
  expectWhole,
  pictures,
  type RefusedCase,
  type WholeCase,
  without,
} from '../../../fixtures/mp4/film-cases.ts';
import { film } from '../../../fixtures/mp4/mp4-builder.ts';
import { withNumber } from '../../../fixtures/mp4/mp4-surgery.ts';

describe('a whole film', () => {
  const cases: WholeCase[] = [
    ['with 64-bit chunk offsets', () => pictures({ isLarge: true })],
    ['of one sample a chunk', () => pictures({ perChunk: 1 })],
    ['of all samples in a chunk', () => pictures({ perChunk: 6 })],
    ['of chunks of 4 and 2 samples', () => pictures({ perChunk: 4 })],
  ];
  test.each(cases)('%s', async (_name, make, changes) => expectWhole(make(), changes));
});

describe('a film is refused', () => {
  const cases: RefusedCase[] = [
    ['with too few chunks', () => withNumber(film(), 'stco', 12, 2), /does not say where 2 of/],
    ['with no chunk', () => withNumber(film(), 'stco', 12, 0), /does not say where/],
    ['with too many samples in a chunk', () => withNumber(film(), 'stsc', 20, 5), /more samples/],
    ['with no sample in any chunk', () => withNumber(film(), 'stsc', 20, 0), /does not say where/],
    ['whose chunks begin late', () => withNumber(film(), 'stsc', 16, 2), /first chunk/],
    ['whose chunks are in no order', () => withNumber(pictures({ perChunk: 4 }), 'stsc', 28, 1), /out of order/],
    ['without its stsc table', () => without(film(), 'stsc'), /does not say how many/],
    ['without its stco table', () => without(film(), 'stco'), /does not say where/],
  ];
  test.each(cases)('%s', async (_name, make, problem) => expectRefused(make(), problem));
});
