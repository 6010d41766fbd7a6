import { describe, expect, it } from 'vitest';
import { centralHeader, endOfArchive, localHeader } from '#lib/media/export/zip-headers.ts';
import { readCentral, readEnd, readLocal } from '../../fixtures/media/zip-reader.ts';

const FOUR_GIB = 2 ** 32;
const CRC = 0x01020304;
const factsOf = (fields: { sizeBytes?: number; offset?: number; modifiedMs?: number } = {}) => ({
  ...{ name: new TextEncoder().encode('Håfen.mp4'), sizeBytes: 5, offset: 0, modifiedMs: 0 },
  ...fields,
});

describe('the headers of an entry', () => {
  it.each([
    [0, false],
    [5, false],
    [FOUR_GIB - 2, false],
    // All ones mean "see ZIP64".
    [FOUR_GIB - 1, true],
    [FOUR_GIB, true],
    [5 * 2 ** 40, true],
  ])('of %i bytes say so before the data, local and central alike', (sizeBytes, isLarge) => {
    const same = { name: 'Håfen.mp4', method: 0, sizeBytes, compressedBytes: sizeBytes, crc32: CRC };
    // UTF-8 names; bit 3, sizes after the data, is off.
    const expected = { ...same, flags: 0x0800, version: isLarge ? 45 : 20, zip64Values: isLarge ? 2 : 0 };
    expect(readLocal(Buffer.from(localHeader(factsOf({ sizeBytes }), CRC)))).toMatchObject(expected);
    const central = readCentral(Buffer.from(centralHeader(factsOf({ sizeBytes }), CRC)));
    expect(central).toMatchObject({ ...expected, offset: 0 });
  });

  it.each([
    [5, FOUR_GIB - 2, 0],
    [5, FOUR_GIB - 1, 1],
    [FOUR_GIB, FOUR_GIB, 3],
  ])('with %i bytes at %i have each value in ZIP64 that overflows, and no other', (sizeBytes, offset, zip64Values) => {
    const central = readCentral(Buffer.from(centralHeader(factsOf({ sizeBytes, offset }), CRC)));
    expect(central).toMatchObject({ sizeBytes, offset, zip64Values });
    const local = readLocal(Buffer.from(localHeader(factsOf({ sizeBytes, offset }), CRC)));
    // Strict readers compare the versions.
    expect(local).toMatchObject({ sizeBytes, version: central.version, zip64Values: sizeBytes === 5 ? 0 : 2 });
  });

  it('have the time of the entry in UTC, within what the format can say', () => {
    const timeOf = (modifiedMs: number) => {
      const bytes = Buffer.from(localHeader(factsOf({ modifiedMs }), CRC));
      return [bytes.readUInt16LE(12), bytes.readUInt16LE(10)];
    };
    expect(timeOf(Date.UTC(2026, 10, 30, 7, 45, 31))).toEqual([(46 << 9) | (11 << 5) | 30, (7 << 11) | (45 << 5) | 15]);
    expect(timeOf(0)).toEqual([(1 << 5) | 1, 0]);
    expect(timeOf(Number.NaN)).toEqual([(1 << 5) | 1, 0]);
    expect(timeOf(Date.UTC(2200, 0, 1))[0]).toBe((127 << 9) | (12 << 5) | 31);
  });
});

it.each([
  [{ entries: 0, start: 0, sizeBytes: 0 }, false],
  [{ entries: 65_534, start: FOUR_GIB - 2, sizeBytes: FOUR_GIB - 2 }, false],
  [{ entries: 65_535, start: 1, sizeBytes: 1 }, true],
  [{ entries: 1, start: FOUR_GIB - 1, sizeBytes: 1 }, true],
  [{ entries: 1, start: 1, sizeBytes: FOUR_GIB - 1 }, true],
])('the end of an archive with the directory %j is in ZIP64: %s', (directory, isZip64) => {
  expect(readEnd(Buffer.from(endOfArchive(directory)))).toEqual({ ...directory, isZip64 });
});
