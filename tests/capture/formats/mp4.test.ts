import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inspectMp4 } from '#lib/capture/formats/mp4.server.ts';
import {
  box,
  type FilmPlan,
  FTYP,
  film,
  fragmentedFilm,
  HEIGHT,
  mediaBytesOf,
  moovOf,
  PICTURES,
  RUNS,
  SOUND,
  type TrackPlan,
  u32,
  u64,
  WIDTH,
} from '../../fixtures/mp4/mp4-builder.ts';
import { fileOf, inspect, sparseFile } from '../../fixtures/mp4/mp4-in-memory.ts';
import { renamed, withEndlessEnd, withNumber } from '../../fixtures/mp4/mp4-surgery.ts';

const SECOND = { durationSeconds: 1, width: WIDTH, height: HEIGHT, hasAudio: true };
const committed = (name: string) => readFileSync(new URL(`../../fixtures/mp4/films/${name}`, import.meta.url));
const pictures = (changes: TrackPlan, rest: FilmPlan = {}) =>
  film({ ...rest, tracks: [{ ...PICTURES, ...changes }, SOUND] });
const beside = (...others: TrackPlan[]) => film({ tracks: [...others, PICTURES, SOUND] });

describe('a whole film', () => {
  const cases: Array<[string, () => Buffer, object?]> = [
    ['of ffmpeg', () => committed('plain.mp4'), { width: 64, height: 64 }],
    ['of ffmpeg, begun in its index', () => committed('hybrid.mp4'), { width: 64, height: 64 }],
    ['of ffmpeg, in fragments', () => committed('fragments.mp4'), { width: 64, height: 64 }],
    ['with its index first', () => film()],
    ['with its index last', () => film({ isIndexLast: true })],
    ['with a large media box', () => film({ mdat: 'large' })],
    ['with an endless media box', () => film({ mdat: 'endless' })],
    ['with 64-bit chunk offsets', () => pictures({ isLarge: true })],
    [
      'with boxes between',
      () => film({ between: Buffer.concat([box('free', [1, 2]), box('wide'), box('uuid', '0123456789abcdef')]) }),
    ],
    ['of one sample a chunk', () => pictures({ perChunk: 1 })],
    ['of all samples in a chunk', () => pictures({ perChunk: 6 })],
    ['of chunks of 4 and 2 samples', () => pictures({ perChunk: 4 })],
    ['of samples of one size', () => pictures({ sizes: Array(6).fill(50), sizeTable: 'same' })],
    ['of 4-bit sizes', () => pictures({ sizes: [15, 1, 2, 3, 4, 5], sizeTable: 4 })],
    ['of an odd number of 4-bit sizes', () => pictures({ sizes: [15, 1, 2], sizeTable: 4, delta: 200 })],
    ['of 8-bit sizes', () => pictures({ sizeTable: 8 })],
    ['of 16-bit sizes', () => pictures({ sizeTable: 16 })],
    ['with an empty picture among others', () => pictures({ sizes: [90, 0, 41, 42, 43, 44] })],
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
    ['of pixels that are not square', () => pictures({ described: [box('pasp', u32(4, 3))] }), { width: 85 }],
    [
      'shown in another order',
      () =>
        pictures({
          shifts: [
            [1, 200],
            [1, 400],
            [4, 200],
          ],
          edits: [[1000, 200]],
        }),
      { durationSeconds: 1 },
    ],
    [
      'shown later by an edit list',
      () =>
        pictures({
          edits: [
            [500, -1],
            [1000, 0],
          ],
        }),
      { durationSeconds: 1.5 },
    ],
    ['cut by an edit list', () => pictures({ edits: [[400, 0]] }), { durationSeconds: 0.4 }],
    [
      'shown twice by an edit list',
      () =>
        pictures({
          edits: [
            [1000, 0],
            [1000, 0],
          ],
        }),
      { durationSeconds: 2 },
    ],
    ['begun late by an edit list', () => pictures({ edits: [[0, 300]] }), { durationSeconds: 0.5 }],
    [
      'that does not say that its media is its own, and names no other',
      () => pictures({ reference: box('url ', u32(0), [0]) }),
    ],
  ];
  test.each(cases)('%s', async (_name, make, changes = {}) => {
    expect(await inspect(make())).toMatchObject({ media: { ...SECOND, ...changes } });
    const { problem, notes } = await inspect(make());
    expect({ problem, notes }).toEqual({});
  });
});

describe('a whole film in fragments', () => {
  const hybrid = [PICTURES, SOUND];
  const alike = RUNS.map((runs) => runs.map((run) => ({ ...run, sizes: run.sizes.map(() => 33) })));
  const cases: Array<[string, () => Buffer, number, boolean?]> = [
    ['all of it', () => fragmentedFilm(), 1.5],
    ['begun in its index', () => fragmentedFilm({ tracks: hybrid }), 2.5],
    [
      'begun in its index, whose edit list ends there',
      () => fragmentedFilm({ tracks: [{ ...PICTURES, edits: [[1000, 0]] }, SOUND] }),
      2.5,
    ],
    ['that says it is all', () => fragmentedFilm({ hasMfra: true }), 1.5, true],
    ['with a segment index', () => fragmentedFilm({ hasSidx: true }), 1.5],
    ['placed within the file', () => fragmentedFilm({ base: 'file' }), 1.5],
    ['placed one behind the other', () => fragmentedFilm({ base: 'implied' }), 1.5],
    ['of samples that are alike', () => fragmentedFilm({ fragments: alike, isAlike: true }), 1.5],
    ['with an endless end', () => withEndlessEnd(fragmentedFilm()), 1.5],
    ['begun in its index, with an endless end', () => withEndlessEnd(fragmentedFilm({ tracks: hybrid })), 2.5],
    ['with styp and emsg between', () => Buffer.concat([fragmentedFilm(), box('styp', 'msdh'), box('emsg', 'x')]), 1.5],
    ['announced, and none came', () => fragmentedFilm({ tracks: hybrid, fragments: [] }), 1],
    ['of which one holds nothing', () => fragmentedFilm({ fragments: [...RUNS, [{ track: 1, sizes: [] }]] }), 1.5],
    ['with zeros behind', () => Buffer.concat([fragmentedFilm(), Buffer.alloc(16)]), 1.5],
    ['with a label behind', () => Buffer.concat([fragmentedFilm(), Buffer.from('AIGC {"Label":"1"}')]), 1.5],
  ];
  test.each(cases)('%s', async (_name, make, durationSeconds, isClosed = false) => {
    const { media, problem, isOpenEnded } = await inspect(make());
    expect(problem).toBeUndefined();
    expect(media).toEqual({ ...SECOND, durationSeconds });
    expect(isOpenEnded ?? false).toBe(!isClosed);
  });
});

describe('a whole film with an oddity keeps it, with a note', () => {
  const plain = committed('plain.mp4');
  const entry = (...described: Buffer[]) => pictures({ described });
  const shortStts = withNumber(film(), 'stts', 16, 5);
  const cases: Array<[string, () => Buffer, RegExp]> = [
    [
      'a colour box without its last byte',
      () => entry(box('colr', 'nclx', [0, 1, 0, 1, 0, 1])),
      /colr box holds 10 bytes where 11/,
    ],
    ['an empty colour box', () => entry(box('colr')), /colr box holds 0 bytes where 4/],
    ['a shape of pixels that is cut', () => entry(box('pasp', [0, 0])), /pasp box holds 2 bytes/],
    ['a decoder configuration that is cut', () => entry(box('avcC', [1])), /avcC box holds 1 bytes/],
    [
      'a description whose boxes overlap',
      () => withNumber(entry(box('colr', 'prof', u32(1))), 'stsd', 102, 99),
      /colr box ends/,
    ],
    [
      'an edit list that is too long',
      () => withNumber(pictures({ edits: [[1000, 0]] }), 'elst', 12, 99),
      /elst table claims 99/,
    ],
    [
      'user data that goes on beyond its track',
      () => {
        const changed = Buffer.from(pictures({ extra: [box('udta', [1, 2])] }));
        changed.writeUInt32BE(500, changed.indexOf('udta') - 4);
        return changed;
      },
      /udta box ends 490 bytes after/,
    ],
    ['too few durations', () => shortStts, /no duration for 1 of 6/],
    ['a track without any content', () => renamed(beside({ kind: 'text' }), 'minf', 'xinf', 0), /tracks is empty/],
    ['a zero behind it', () => Buffer.concat([plain, Buffer.alloc(1)]), /^1 bytes behind its last box/],
    ['zeros behind it', () => Buffer.concat([plain, Buffer.alloc(4096)]), /^4096 bytes/],
    ['a line end behind it', () => Buffer.concat([plain, Buffer.from('\r\n')]), /^2 bytes/],
    ['a label behind it', () => Buffer.concat([plain, Buffer.from('{"AIGC":{"Label":"1"}}')]), /^22 bytes/],
    [
      'a long label behind it',
      () => Buffer.concat([plain, Buffer.from('made by a machine '.repeat(500))]),
      /^9000 bytes/,
    ],
    ['other bytes behind it', () => Buffer.concat([plain, Buffer.alloc(40, 0xfe)]), /^40 bytes/],
    [
      'the beginning of a box of no known kind behind it',
      () => Buffer.concat([plain, u32(999), Buffer.from('beam')]),
      /^8 bytes/,
    ],
  ];
  test.each(cases)('%s', async (_name, make, note) => {
    const { media, problem, notes } = await inspect(make());
    expect(problem).toBeUndefined();
    expect(media).toMatchObject({ hasAudio: true, width: WIDTH });
    expect(notes).toEqual([expect.stringMatching(note)]);
  });

  test('and a thousand oddities have few notes', async () => {
    const many = entry(
      ...Array.from({ length: 1000 }, (_, index) => box('colr', Array(index % 4).fill(0)), ...[]),
      box('pasp'),
    );
    expect((await inspect(many)).notes?.length).toBeLessThanOrEqual(10);
  });
});

test('a long film is read in proportion to its index, with the bytes of the media left alone', async () => {
  const sizes = Array(40_000).fill(30);
  const shifts = sizes.map((_, index): [number, number] => [1, index % 3]);
  const long = film({
    tracks: [
      { sizes, shifts, perChunk: 3, delta: 24 },
      { ...SOUND, sizes, perChunk: 1 },
    ],
  });
  const { file, readBytes } = fileOf(long);
  expect((await inspectMp4(file)).media.durationSeconds).toBeCloseTo(1600, 0);
  const indexBytes = long.length - 2 * 40_000 * 30;
  expect(readBytes()).toBeLessThan(indexBytes * 1.5);
});

test('a film of more than 4 GiB has its last samples looked for where they are', async () => {
  const GIBIBYTE = 1024 ** 3;
  const mediaStart = FTYP.length + 16;
  const head = Buffer.concat([FTYP, u32(1), Buffer.from('mdat'), u64(16 + 5 * GIBIBYTE)]);
  const check = (lastByte: number) => {
    const tracks = [{ ...PICTURES, isLarge: true }];
    const moov = moovOf(tracks, lastByte - mediaBytesOf(tracks));
    return inspectMp4(
      sparseFile(mediaStart + 5 * GIBIBYTE + moov.length, [
        [0, head],
        [mediaStart + 5 * GIBIBYTE, moov],
      ]),
    );
  };
  expect(await check(mediaStart + 5 * GIBIBYTE)).toMatchObject({ media: { durationSeconds: 1 } });
  await expect(check(6 * GIBIBYTE)).rejects.toThrow('media beyond the end of the file');
});
