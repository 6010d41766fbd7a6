import { describe, test } from 'vitest';
import {
  beside,
  expectNoted,
  expectWhole,
  type NotedCase,
  pictures,
  type WholeCase,
} from '../../../fixtures/mp4/film-cases.ts';
import { box, film, HEIGHT, PICTURES, u32, WIDTH } from '../../../fixtures/mp4/mp4-builder.ts';
import { renamed } from '../../../fixtures/mp4/mp4-surgery.ts';

describe('a whole film', () => {
  const cases: WholeCase[] = [
    [
      'with iods, udta and meta',
      () => pictures({ extra: [box('iods', u32(0)), box('udta', [1]), box('meta', u32(0))] }),
    ],
    [
      'beside empty tracks',
      () => beside({ kind: 'hint' }, { kind: 'tmcd' }, { kind: 'text' }, { kind: 'soun' }, { kind: 'vide' }),
    ],
    ['beside a track of text', () => beside({ kind: 'text', sizes: [5, 6] })],
    ['without sound', () => film({ tracks: [PICTURES] }), { hasAudio: false }],
    [
      'with a sound track that holds nothing',
      () => film({ tracks: [PICTURES, { kind: 'soun' }] }),
      { hasAudio: false },
    ],
    ['turned by 90 degrees', () => pictures({ isTurned: true }), { width: HEIGHT, height: WIDTH }],
  ];
  test.each(cases)('%s', async (_name, make, changes) => expectWhole(make(), changes));
});

describe('a whole film with an oddity keeps it, with a note', () => {
  const cases: NotedCase[] = [
    [
      'user data that goes on beyond its track',
      () => {
        const changed = Buffer.from(pictures({ extra: [box('udta', [1, 2])] }));
        changed.writeUInt32BE(500, changed.indexOf('udta') - 4);
        return changed;
      },
      /udta box ends 490 bytes after/,
    ],
    ['a track without any content', () => renamed(beside({ kind: 'text' }), 'minf', 'xinf', 0), /tracks is empty/],
  ];
  test.each(cases)('%s', async (_name, make, note) => expectNoted(make(), note));
});
