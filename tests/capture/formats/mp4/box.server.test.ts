import { describe, expect, test } from 'vitest';
import { childrenOf, contentOf, firstOf, isBox, readBox } from '#lib/capture/formats/mp4/box.server.ts';
import { expectRefused, type RefusedCase } from '../../../fixtures/mp4/film-cases.ts';
import { box, film, u32 } from '../../../fixtures/mp4/mp4-builder.ts';
import { fileOf } from '../../../fixtures/mp4/mp4-in-memory.ts';
import { withNumber } from '../../../fixtures/mp4/mp4-surgery.ts';

describe('a film is refused', () => {
  const cases: RefusedCase[] = [
    ['with a damaged track', () => withNumber(film(), 'trak', 0, 99_999, 1), /moov box is damaged/],
    ['with a damaged table', () => withNumber(film(), 'stsz', 0, 99_999, 1), /stbl box is damaged/],
    ['with a table of impossible size', () => withNumber(film(), 'stsz', 0, 7), /stbl box is damaged/],
  ];
  test.each(cases)('%s', async (_name, make, problem) => expectRefused(make(), problem));
});

const sized = (size: number, type: string, rest = Buffer.alloc(0)) =>
  Buffer.concat([u32(size), Buffer.from(type, 'latin1'), rest]);
const large = (size: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(size);
  return sized(1, 'mdat', Buffer.concat([bytes, Buffer.alloc(4)]));
};

describe('a box', () => {
  test.each<[string, Buffer, contentStart: number, end: number]>([
    ['with a size', sized(12, 'free', Buffer.alloc(9)), 8, 12],
    ['without content', sized(8, 'wide'), 8, 8],
    ['of QuickTime', sized(8, '\xa9nam'), 8, 8],
    ['that goes on to the end', sized(0, 'mdat', Buffer.alloc(50)), 8, 58],
    ['with a size of 64 bits', large(20n), 16, 20],
  ])('%s is read', async (_name, bytes, contentStart, end) => {
    const found = await readBox(fileOf(bytes).file, 0, bytes.length);
    expect(isBox(found)).toBe(true);
    expect(found).toMatchObject({ start: 0, contentStart, end });
  });

  test.each<[string, Buffer, string]>([
    ['of seven bytes', Buffer.alloc(7), '7 stray bytes'],
    ['with a name of no characters', sized(8, '\0\0\0\0'), 'there is no box'],
    ['with a size of seven', sized(7, 'free'), 'impossible size 7'],
    ['that goes on beyond the file', sized(9, 'free'), 'ends 1 bytes after the end of the file'],
    ['with half a size of 64 bits', sized(1, 'mdat', Buffer.alloc(7)), 'cut short'],
    ['with a size of 64 bits below its head', large(15n), 'impossible size 15'],
    ['with a size past all numbers', large(2n ** 63n), 'impossible size'],
  ])('%s is none', async (_name, bytes, problem) => {
    const found = await readBox(fileOf(bytes).file, 0, bytes.length);
    expect(found).toMatchObject({ problem: expect.stringContaining(problem) });
  });

  test('holds no more of a content than there is', async () => {
    const { file } = fileOf(box('free', [1, 2, 3]));
    const found = { type: 'free', start: 0, contentStart: 8, end: 11 };
    expect([...((await contentOf(file, found, 3)) ?? [])]).toEqual([1, 2, 3]);
    expect(await contentOf(file, found, 4)).toBeUndefined();
    expect(await contentOf(file, undefined, 0)).toBeUndefined();
  });
});

describe('the boxes within a box', () => {
  async function within(...children: Buffer[]): Promise<{ types: string[]; notes: string[] }> {
    const bytes = Buffer.concat(children);
    const notes: string[] = [];
    const types: string[] = [];
    const parent = { type: 'moov', contentStart: 0, end: bytes.length };
    for await (const { type } of childrenOf(fileOf(bytes).file, parent, (note) => notes.push(note))) types.push(type);
    return { types, notes };
  }

  test('come one after the other; four zeros may end them', async () => {
    expect(await within(box('trak', [1]), box('udta'), u32(0))).toEqual({ types: ['trak', 'udta'], notes: [] });
  });

  test('of which one that matters is damaged are refused', async () => {
    await expect(within(box('trak'), sized(99, 'trak'))).rejects.toThrow(
      'its moov box is damaged: its trak box ends 91',
    );
  });

  test('of which one that does not matter is damaged are noted', async () => {
    expect(await within(box('trak'), sized(99, 'udta'))).toEqual({
      types: ['trak'],
      notes: ['its udta box ends 91 bytes after the end of the file'],
    });
  });

  test('are found by their type, the first of each', async () => {
    const bytes = Buffer.concat([box('free'), box('trak', [1]), box('trak', [1, 2]), box('mvhd')]);
    const found = await firstOf(
      fileOf(bytes).file,
      { type: 'moov', contentStart: 0, end: bytes.length },
      ['mvhd', 'trak', 'mvex'],
      () => {},
    );
    expect(found).toEqual({
      trak: { type: 'trak', start: 8, contentStart: 16, end: 17 },
      mvhd: { type: 'mvhd', start: 27, contentStart: 35, end: 35 },
    });
  });
});
