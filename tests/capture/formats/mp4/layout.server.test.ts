import { describe, test } from 'vitest';
import {
  expectFragments,
  expectNoted,
  expectRefused,
  expectWhole,
  type FragmentsCase,
  HYBRID,
  type NotedCase,
  type RefusedCase,
  type WholeCase,
} from '../../../fixtures/mp4/film-cases.ts';
import { box, FTYP, film, fragmentedFilm, media, u32 } from '../../../fixtures/mp4/mp4-builder.ts';
import { cutBehind, withEndlessEnd, withNumber } from '../../../fixtures/mp4/mp4-surgery.ts';

describe('a whole film', () => {
  const cases: WholeCase[] = [
    ['with its index first', () => film()],
    ['with its index last', () => film({ isIndexLast: true })],
    ['with a large media box', () => film({ mdat: 'large' })],
    ['with an endless media box', () => film({ mdat: 'endless' })],
    [
      'with boxes between',
      () => film({ between: Buffer.concat([box('free', [1, 2]), box('wide'), box('uuid', '0123456789abcdef')]) }),
    ],
  ];
  test.each(cases)('%s', async (_name, make, changes) => expectWhole(make(), changes));
});

describe('a whole film in fragments', () => {
  const cases: FragmentsCase[] = [
    ['that says it is all', () => fragmentedFilm({ hasMfra: true }), 1.5, true],
    ['with an endless end', () => withEndlessEnd(fragmentedFilm()), 1.5],
    ['begun in its index, with an endless end', () => withEndlessEnd(fragmentedFilm({ tracks: HYBRID.tracks })), 2.5],
    ['with styp and emsg between', () => Buffer.concat([fragmentedFilm(), box('styp', 'msdh'), box('emsg', 'x')]), 1.5],
  ];
  test.each(cases)('%s', async (_name, make, seconds, isClosed) => expectFragments(make(), seconds, isClosed));
});

describe('a whole film with an oddity keeps it, with a note', () => {
  const behind = (...parts: Buffer[]) => Buffer.concat([film(), ...parts]);
  const cases: NotedCase[] = [
    [
      'a box of padding that goes on beyond the file',
      () => behind(u32(4096), Buffer.from('free')),
      /free box ends 4088/,
    ],
    ['metadata that is cut', () => behind(box('uuid', 'made by a machine').subarray(0, -4)), /uuid box ends 4 bytes/],
    [
      'user data with an impossible size',
      () => behind(u32(3), Buffer.from('udta'), Buffer.alloc(9)),
      /impossible size 3/,
    ],
    ['a large box without its size', () => behind(u32(1), Buffer.from('skip')), /skip box is cut short/],
  ];
  test.each(cases)('%s', async (_name, make, note) => expectNoted(make(), note));
});

describe('a file is refused', () => {
  const cases: RefusedCase[] = [
    ['with a media box that is too large', () => withNumber(film(), 'mdat', 0, 99_999), /mdat box ends/],
    ['that is an error page', () => Buffer.from('<!doctype html><title>Not found</title>'), /start with an ftyp/],
    [
      'that is an error page with the first box of a film',
      () => Buffer.concat([FTYP, Buffer.from('<html>')]),
      /no moov/,
    ],
    ['that is a film of no bytes', () => Buffer.alloc(0), /empty/],
    ['of which only the index came', () => cutBehind(fragmentedFilm(), 'moov'), /no mdat/],
    [
      'in fragments that ends within a box of padding',
      () => Buffer.concat([fragmentedFilm(), u32(4096), Buffer.from('free')]),
      /is not a box/,
    ],
    [
      'with its media behind a box without end',
      () => withNumber(film({ between: box('free') }), 'free', 0, 9999999),
      /no mdat|no moov/,
    ],
    ['that does not begin with its type', () => Buffer.concat([box('free'), film()]), /start with an ftyp/],
    ['of which only the media came', () => Buffer.concat([FTYP, box('mdat', media(99))]), /no moov/],
  ];
  test.each(cases)('%s', async (_name, make, problem) => expectRefused(make(), problem));
});
