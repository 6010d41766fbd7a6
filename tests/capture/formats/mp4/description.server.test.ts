import { describe, test } from 'vitest';
import {
  expectNoted,
  expectRefused,
  expectWhole,
  type NotedCase,
  pictures,
  type RefusedCase,
  url,
  type WholeCase,
  without,
} from '../../../fixtures/mp4/film-cases.ts';
import { box, film, PICTURES, SOUND, u32 } from '../../../fixtures/mp4/mp4-builder.ts';
import { withNumber } from '../../../fixtures/mp4/mp4-surgery.ts';

const entry = (...described: Buffer[]) => pictures({ described });

describe('a whole film', () => {
  const cases: WholeCase[] = [
    ['of pixels that are not square', () => pictures({ described: [box('pasp', u32(4, 3))] }), { width: 85 }],
    [
      'that does not say that its media is its own, and names no other',
      () => pictures({ reference: box('url ', u32(0), [0]) }),
    ],
    ['of pixels that are higher than wide', () => pictures({ described: [box('pasp', u32(3, 4))] }), { height: 48 }],
    ['of pixels without a shape', () => pictures({ described: [box('pasp', u32(0, 4))] })],
  ];
  test.each(cases)('%s', async (_name, make, changes) => expectWhole(make(), changes));
});

describe('a whole film with an oddity keeps it, with a note', () => {
  const cases: NotedCase[] = [
    [
      'a colour box without its last byte',
      () => entry(box('colr', 'nclx', [0, 1, 0, 1, 0, 1])),
      /colr box has 10 bytes, but needs 11/,
    ],
    ['an empty colour box', () => entry(box('colr')), /colr box has 0 bytes, but needs 4/],
    ['a shape of pixels that is cut', () => entry(box('pasp', [0, 0])), /pasp box has 2 bytes/],
    ['a decoder configuration that is cut', () => entry(box('avcC', [1])), /avcC box has 1 bytes/],
    [
      'a description whose boxes overlap',
      () => withNumber(entry(box('colr', 'prof', u32(1))), 'stsd', 102, 99),
      /colr box ends/,
    ],
  ];
  test.each(cases)('%s', async (_name, make, note) => expectNoted(make(), note));
});

describe('a film is refused', () => {
  const cases: RefusedCase[] = [
    ['with media in another file', () => pictures({ reference: url(0, 'file:///elsewhere.mp4\0') }), /another file/],
    [
      'with sound in another file',
      () => film({ tracks: [PICTURES, { ...SOUND, reference: url(0, 'a.m4a\0') }] }),
      /another file/,
    ],
    ['that does not describe its frames', () => withNumber(film(), 'stsd', 16, 20), /describe its frames|damaged/],
    ['without its stsd table', () => without(film(), 'stsd'), /describe its frames/],
  ];
  test.each(cases)('%s', async (_name, make, problem) => expectRefused(make(), problem));
});
