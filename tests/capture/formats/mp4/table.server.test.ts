import { describe, expect, test } from 'vitest';
import { WINDOW_BYTES } from '#lib/capture/formats/file-window.server.ts';
import { Table } from '#lib/capture/formats/mp4/table.server.ts';
import { TOO_SMALL } from '../../../fixtures/mp4/film-cases.ts';
import { box, film, HEIGHT, PICTURES, SOUND, u32 } from '../../../fixtures/mp4/mp4-builder.ts';
import { fileOf, inspect } from '../../../fixtures/mp4/mp4-in-memory.ts';
import { findBox, withNumber } from '../../../fixtures/mp4/mp4-surgery.ts';

describe('a table', () => {
  const everyTable = film({
    tracks: [
      { ...PICTURES, shifts: [[6, 0]] },
      { ...SOUND, isLarge: true, sizeTable: 8 },
    ],
  });
  const tables: Array<[type: string, offset: number]> = [
    ...['stts', 'ctts', 'stsc', 'stco', 'co64'].map((type): [string, number] => [type, 12]),
    ['stsz', 16],
    ['stz2', 16],
  ];
  const counts = [0xffffffff, 0x80000000, 0x7fffffff, 0x01000000];
  test.each(tables)('%s that claims more entries than its box has is refused', async (type, offset) => {
    for (const count of counts) {
      const { problem } = await inspect(withNumber(everyTable, type, offset, count));
      expect(problem, `${count}`).toMatch(/more than its box can hold|more than it has bytes/);
    }
  });

  test('of places to seek to is held to the same', async () => {
    const stss = box('stss', u32(0, 1, 1));
    const file = film();
    const { start } = findBox(file, 'stsc');
    // In place of a box of at least that size, so that nothing moves.
    const ctts = film({ tracks: [{ ...PICTURES, shifts: [[6, 0]] }, SOUND] });
    const seekable = Buffer.from(ctts);
    box('stss', u32(0, 1, 1), [0, 0, 0, 0]).copy(seekable, findBox(ctts, 'ctts').start);
    expect(start).toBeGreaterThan(stss.length);
    expect(await inspect(seekable)).toMatchObject({ media: { height: HEIGHT } });
    expect((await inspect(withNumber(seekable, 'stss', 12, 0xffffffff))).problem).toMatch(TOO_SMALL);
  });
});

test('a table longer than the window is read whole, a piece at a time', async () => {
  const count = 10_000;
  const bytes = box('stco', u32(0, count), u32(Array.from({ length: count }, (_, index) => index)));
  const file = fileOf(bytes).file;
  const table = await Table.open(file, { type: 'stco', start: 0, contentStart: 8, end: bytes.length }, 4);
  const found: number[] = [];
  while (await table.load()) {
    expect(table.bytes.length).toBeLessThanOrEqual(WINDOW_BYTES);
    while (table.loaded > 0) found.push(table.bytes.readUInt32BE(table.take()));
  }
  expect(found).toEqual(Array.from({ length: count }, (_, index) => index));
});

test('a table without its own head is too short', async () => {
  const file = fileOf(box('stco', u32(0))).file;
  await expect(Table.open(file, { type: 'stco', start: 0, contentStart: 8, end: 12 }, 4)).rejects.toThrow('too short');
});
