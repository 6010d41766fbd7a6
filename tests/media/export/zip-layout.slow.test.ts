import { describe, expect, it } from 'vitest';
import { headerBytes, layoutOf, slicesOf, type ZipEntry, type ZipLayout } from '#lib/media/export/zip-layout.ts';
import { readCentral, readEnd, readLocal } from '../../fixtures/media/zip-reader.ts';

const FOUR_GIB = 2 ** 32;
const entry = (name: string, sizeBytes: number): ZipEntry => ({ name, sizeBytes, modifiedMs: 0 });
const partsOf = (layout: ZipLayout, kind: string) => layout.parts.filter((part) => part.kind === kind);
const bytesOf = (layout: ZipLayout, kind: string) =>
  partsOf(layout, kind).map((part) => Buffer.from(headerBytes(layout, part, 0x01020304)));

/** That every part begins where the one before it ends, and has the length that was promised. */
function assertGapless(layout: ZipLayout): void {
  let at = 0;
  for (const part of layout.parts) {
    if (part.start !== at) throw new Error(`a gap before ${part.kind} at ${part.start}`);
    if (part.kind !== 'content' && headerBytes(layout, part, 1).length !== part.sizeBytes) throw new Error(part.kind);
    at += part.sizeBytes;
  }
  expect(layout.sizeBytes).toBe(at);
}

describe('headers', () => {
  it.each([
    ['an empty file', 0, false],
    ['a small file', 5, false],
    ['4 GiB - 2', FOUR_GIB - 2, false],
    // All ones mean "see ZIP64".
    ['4 GiB - 1', FOUR_GIB - 1, true],
    ['4 GiB', FOUR_GIB, true],
    ['5 TiB', 5 * 2 ** 40, true],
  ])('of %s say its size before the data, local and central alike', (_what, sizeBytes, isLarge) => {
    const layout = layoutOf([entry('Håfen.mp4', sizeBytes)]);
    assertGapless(layout);
    const [local] = bytesOf(layout, 'local').map((bytes) => readLocal(bytes));
    const [central] = bytesOf(layout, 'central').map((bytes) => readCentral(bytes));
    const same = { name: 'Håfen.mp4', sizeBytes, version: isLarge ? 45 : 20 };
    expect([local, central]).toMatchObject([same, { ...same, offset: 0 }]);
  });

  it.each([
    ['4 GiB - 2', FOUR_GIB - 2, 0],
    ['4 GiB - 1', FOUR_GIB - 1, 1],
    ['4 GiB', FOUR_GIB, 1],
  ])('of a small entry at %s have the offset in ZIP64 only where it overflows', (_what, offset, zip64Values) => {
    const before = entry('a', offset - 31);
    const layout = layoutOf([before, entry('b', 7)]);
    assertGapless(layout);
    const central = readCentral(bytesOf(layout, 'central')[1] ?? Buffer.alloc(0));
    expect(central).toMatchObject({ offset, sizeBytes: 7, zip64Values });
    expect(readLocal(bytesOf(layout, 'local')[1] ?? Buffer.alloc(0))).toMatchObject({ zip64Values: 0 });
  });
});

describe('the end', () => {
  it.each([
    [0, false],
    [1, false],
    [65_534, false],
    [65_535, true],
    [65_536, true],
  ])('of %i entries', (count, isZip64) => {
    const layout = layoutOf(Array.from({ length: count }, (_, index) => entry(`${index}`, 1)));
    const [end = Buffer.alloc(0)] = bytesOf(layout, 'end');
    const { start, sizeBytes } = layout.directory;
    expect(readEnd(end)).toEqual({ entries: count, start, sizeBytes, isZip64 });
    expect(layout.sizeBytes).toBe(start + sizeBytes + end.length);
  });

  it.each([
    ['4 GiB - 2', FOUR_GIB - 2, false],
    ['4 GiB - 1', FOUR_GIB - 1, true],
    ['4 GiB', FOUR_GIB, true],
  ])('of a directory that begins at %s', (_what, start, isZip64) => {
    const layout = layoutOf([entry('a', start - 31)]);
    assertGapless(layout);
    expect(readEnd(bytesOf(layout, 'end')[0] ?? Buffer.alloc(0))).toMatchObject({ entries: 1, start, isZip64 });
  });
});

describe('a range', () => {
  const layout = layoutOf([entry('a', 10), entry('empty', 0), entry('b', 4 * FOUR_GIB), entry('c', 3)]);
  const kindsIn = (start: number, end: number) =>
    [...slicesOf(layout, { start, end })].map(({ part, from, to }) => `${part.kind} ${from}-${to}`);

  it('of everything is every part, whole', () => {
    const slices = [...slicesOf(layout, { start: 0, end: layout.sizeBytes - 1 })];
    expect(slices.map(({ part }) => part)).toEqual(layout.parts);
    expect(slices.every(({ part, from, to }) => from === 0 && to === part.sizeBytes - 1)).toBe(true);
  });

  it.each([
    ['the first byte', 0, 0, ['local 0-0']],
    ['the middle of a file', 33, 35, ['content 2-4']],
    ['a border', 40, 41, ['content 9-9', 'local 0-0']],
    ['what lies beyond 4 GiB', 4 * FOUR_GIB, 4 * FOUR_GIB, [`content ${4 * FOUR_GIB - 127}-${4 * FOUR_GIB - 127}`]],
  ])('of %s is found without what lies before it', (_what, start, end, expected) => {
    expect(kindsIn(start, end)).toEqual(expected);
  });

  it('of the last byte is the end alone', () => {
    const last = layout.sizeBytes - 1;
    expect(kindsIn(last, last)).toEqual([expect.stringMatching(/^end /)]);
  });
});
