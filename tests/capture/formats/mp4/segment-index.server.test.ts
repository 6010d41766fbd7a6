import { describe, expect, test } from 'vitest';
import { checkSegmentIndex } from '#lib/capture/formats/mp4/segment-index.server.ts';
import {
  expectFragments,
  expectRefused,
  type FragmentsCase,
  type RefusedCase,
} from '../../../fixtures/mp4/film-cases.ts';
import { box, fragmentedFilm, media, u32, u64 } from '../../../fixtures/mp4/mp4-builder.ts';
import { fileOf } from '../../../fixtures/mp4/mp4-in-memory.ts';
import { cutBehind } from '../../../fixtures/mp4/mp4-surgery.ts';

describe('a whole film in fragments', () => {
  const cases: FragmentsCase[] = [['with a segment index', () => fragmentedFilm({ hasSidx: true }), 1.5]];
  test.each(cases)('%s', async (_name, make, seconds, isClosed) => expectFragments(make(), seconds, isClosed));
});

describe('a film in fragments is refused', () => {
  const cases: RefusedCase[] = [
    [
      'cut in the last fragment of its segment index',
      () => cutBehind(fragmentedFilm({ hasSidx: true }), 'mdat', 1),
      /segment index points to/,
    ],
  ];
  test.each(cases)('%s', async (_name, make, problem) => expectRefused(make(), problem));
});

describe('a segment index', () => {
  const head = u32(1, 600);
  const count = Buffer.from([0, 0, 0, 2]);
  const entries = u32(0x80000000 + 30, 1, 0, 20, 1, 0);
  const small = box('sidx', u32(0), head, u32(0, 10), count, entries);
  const large = box('sidx', u32(0x1000000), head, u64(0, 10), count, entries);

  /** What it says of a file in which so many bytes follow it. */
  async function check(sidx: Buffer, followingBytes: number): Promise<string[]> {
    const notes: string[] = [];
    const file = fileOf(Buffer.concat([sidx, media(followingBytes)])).file;
    const outer = { type: 'sidx', start: 0, contentStart: 8, end: sidx.length };
    await checkSegmentIndex(file, outer, (note) => notes.push(note));
    return notes;
  }

  test.each([
    ['32', small],
    ['64', large],
  ])('with a first offset of %s bits names that, and all its segments', async (_bits, sidx) => {
    expect(await check(sidx, 60)).toEqual([]);
    await expect(check(sidx, 59)).rejects.toThrow('media beyond the end of the file');
  });

  test('that is damaged is noted: no sample depends on it', async () => {
    expect(await check(box('sidx', u32(0), head), 60)).toEqual(['its sidx box is too short']);
    const tooMany = Buffer.from(small);
    tooMany.writeUInt16BE(9, 30);
    expect(await check(tooMany, 60)).toEqual([expect.stringContaining('claims 9 entries')]);
  });
});
