import { describe, expect, test } from 'vitest';
import { MediaPlaces } from '#lib/capture/formats/mp4/media-places.ts';
import { inspectMp4 } from '#lib/capture/formats/mp4.server.ts';
import {
  BEYOND,
  committed,
  cutEndless,
  expectRefused,
  HYBRID,
  pictures,
  type RefusedCase,
} from '../../../fixtures/mp4/film-cases.ts';
import {
  FTYP,
  film,
  fragmentedFilm,
  mediaBytesOf,
  moovOf,
  PICTURES,
  SOUND,
  u32,
  u64,
} from '../../../fixtures/mp4/mp4-builder.ts';
import { sparseFile } from '../../../fixtures/mp4/mp4-in-memory.ts';
import { cutBehind, renamed, withNumber } from '../../../fixtures/mp4/mp4-surgery.ts';

describe('a film is refused', () => {
  const cases: RefusedCase[] = [
    ['whose second track is cut', () => cutEndless(film({ mdat: 'endless' }), 1), BEYOND],
    [
      'whose third track is cut',
      () => cutEndless(film({ mdat: 'endless', tracks: [PICTURES, SOUND, { ...SOUND, sizes: [9] }] }), 5),
      BEYOND,
    ],
    [
      'whose text is cut',
      () => cutEndless(film({ mdat: 'endless', tracks: [PICTURES, SOUND, { kind: 'text', sizes: [9] }] }), 1),
      BEYOND,
    ],
    ['with a chunk beyond its end', () => withNumber(film(), 'stco', 16, 0xffffff), BEYOND],
    ['with its last chunk beyond its end', () => withNumber(film(), 'stco', 24, 0xffffffff), BEYOND],
    ['with a chunk of its sound beyond its end', () => withNumber(film(), 'stco', 16, 99_999, 1), BEYOND],
    ['with a 64-bit chunk offset beyond its end', () => withNumber(pictures({ isLarge: true }), 'co64', 16, 1), BEYOND],
    [
      'with an absurd 64-bit chunk offset',
      () => withNumber(pictures({ isLarge: true }), 'co64', 16, 0xffffffff),
      BEYOND,
    ],
    ['with a sample larger than it', () => withNumber(film(), 'stsz', 20, 1_000_000), BEYOND],
    ['with a sound larger than it', () => withNumber(film(), 'stsz', 32, 1_000_000, 1), BEYOND],
    ['with a chunk where its index is', () => withNumber(film(), 'stco', 16, 40), /inside the index itself/],
    [
      'with a chunk that reaches into its index',
      () => withNumber(film({ isIndexLast: true }), 'stsz', 20, 400),
      /inside the index itself/,
    ],
  ];
  test.each(cases)('%s', async (_name, make, problem) => expectRefused(make(), problem));
});

describe('a film in fragments is refused', () => {
  const cases: RefusedCase[] = [
    ["cut behind a fragment's head", () => cutBehind(fragmentedFilm(), 'moof', 1), BEYOND],
    ['cut behind the head of the first fragment', () => cutBehind(fragmentedFilm(HYBRID), 'moof'), BEYOND],
    ["of ffmpeg cut behind a fragment's head", () => cutBehind(committed('hybrid.mp4'), 'moof', 1), BEYOND],
    ['cut within an endless end', () => cutEndless(fragmentedFilm(), 1), BEYOND],
    [
      'placed one behind the other, cut within an endless end',
      () => cutEndless(fragmentedFilm({ base: 'implied' }), 1),
      BEYOND,
    ],
    [
      'placed within the file, cut within an endless end',
      () => cutEndless(fragmentedFilm({ base: 'file' }), 1),
      BEYOND,
    ],
    ['begun in its index, cut within an endless end', () => cutEndless(fragmentedFilm(HYBRID), 1), BEYOND],
    ['whose fragments have another name', () => renamed(fragmentedFilm(), 'moof', 'xoof'), /no frames/],
    [
      'begun in its index, whose fragments have another name',
      () => renamed(fragmentedFilm(HYBRID), 'moof', 'free'),
      /its index does not list/,
    ],
    [
      'of ffmpeg whose fragments have another name',
      () => renamed(committed('hybrid.mp4'), 'moof', 'skip'),
      /its index does not list/,
    ],
    [
      'whose middle fragment has another name',
      () => renamed(fragmentedFilm(HYBRID), 'moof', 'xoof', 1),
      /its index does not list/,
    ],
    [
      'whose fragment has a name of no characters',
      () => renamed(fragmentedFilm(HYBRID), 'moof', '\0\x01\x02\x03', 0),
      /its index does not list|is not a box/,
    ],
  ];
  test.each(cases)('%s', async (_name, make, problem) => expectRefused(make(), problem));
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

describe('a place of samples', () => {
  const piece = (start: number, end: number) => ({ start, contentStart: start + 8, end });
  const places = () => new MediaPlaces(1000, [piece(100, 200), piece(300, 308), piece(400, 1000)], [piece(200, 300)]);

  test.each([
    [-1, 5, 'beyond the end'],
    [999, 2, 'beyond the end'],
    [2000, 0, 'beyond the end'],
    [199, 2, 'inside the index itself'],
    [250, 10, 'inside the index itself'],
  ])('from byte %i, %i bytes long, is refused', (start, bytes, problem) => {
    expect(() => places().add(start, bytes)).toThrow(problem);
  });

  test('names the piece of media that it begins in; a piece that holds nothing needs no name', () => {
    const found = places();
    found.add(108, 92);
    expect(found.hasUnnamed).toBe(true);
    found.add(999, 1);
    expect(found.hasUnnamed).toBe(false);
  });

  test('in the head of a piece of media names nothing', () => {
    const found = places();
    found.add(108, 1);
    found.add(404, 1);
    expect(found.hasUnnamed).toBe(true);
  });
});
