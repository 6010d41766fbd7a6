import { describe, expect, it } from 'vitest';
import {
  elementsOf,
  ID,
  openElement,
  readNumber,
  readText,
  readUint,
} from '#lib/capture/formats/webm/element.server.ts';
import { inMemory } from '../../../fixtures/media-files.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const open = (text: string, position = 0, end = hex(text).length) => openElement(inMemory(hex(text)), position, end);
const whole = (bytes: Buffer) => ({ id: 1, start: 0, end: bytes.length, isOpen: false });

describe('an element of EBML', () => {
  it.each<[string, string, object]>([
    ['one byte of each', 'a3 82 0000', { id: ID.simpleBlock, start: 2, end: 4, isOpen: false }],
    ['two bytes of id', '4282 84 7765626d', { id: ID.docType, start: 3, end: 7, isOpen: false }],
    [
      'four bytes of id, eight of size',
      '1a45dfa3 0100000000000001 00',
      { id: ID.ebml, start: 12, end: 13, isOpen: false },
    ],
    ['no content', 'a3 80', { start: 2, end: 2, isOpen: false }],
    ['no stated size', '1f43b675 ff 0000', { id: ID.cluster, start: 5, end: 7, isOpen: true }],
    ['no stated size, in eight bytes', '18538067 01ffffffffffffff 00', { start: 12, end: 13, isOpen: true }],
    ['the largest size that is one', `a3 fe${'00'.repeat(126)}`, { start: 2, end: 128, isOpen: false }],
  ])('has %s', async (_what, bytes, element) => {
    expect(await open(bytes)).toMatchObject(element);
  });

  it('is nothing where its parent ends', async () => {
    expect(await open('a380', 2)).toBeUndefined();
    expect(await open('a380 a380', 2, 2)).toBeUndefined();
  });

  it.each<[string, string, string]>([
    ['an id without an end', '00 81 00', 'it ends inside an element'],
    ['an id of more than four bytes', `08${'00'.repeat(15)}`, 'there is no element at byte 0'],
    ['a size that is missing', '1a45dfa3', 'it ends inside an element'],
    ['content that is cut', 'a3 84 0000', 'it ends 2 bytes before the end of an element'],
  ])('is refused with %s', async (_what, bytes, problem) => {
    await expect(open(bytes)).rejects.toThrow(problem);
  });
});

describe('elements in a row', () => {
  const listed = async (text: string) =>
    (await Array.fromAsync(elementsOf(inMemory(hex(text)), { start: 0, end: hex(text).length }))).map(({ id }) => id);

  it('have those of an open cluster among them', async () => {
    expect(await listed('1f43b675 ff a3 81 00 1f43b675 ff a0 80')).toEqual([
      ...[ID.cluster, ID.simpleBlock, ID.cluster, ID.blockGroup],
    ]);
  });

  it('may not be open, but for clusters', async () => {
    await expect(listed('1654ae6b ff 00')).rejects.toThrow('states no size');
  });
});

describe('a value', () => {
  it.each<[string, number | undefined]>([
    ['05', 5],
    ['0102', 258],
    ['ffffffffffff', 2 ** 48 - 1],
    ['', undefined],
    ['00000000000001', undefined],
  ])('of the bytes %s is the whole number %s', async (bytes, value) => {
    expect(await readUint(inMemory(hex(bytes)), whole(hex(bytes)))).toBe(value);
  });

  it.each<[string, number | undefined]>([
    ['3fc00000', 1.5],
    ['3ff8000000000000', 1.5],
    ['3fc0', undefined],
    ['', undefined],
  ])('of the bytes %s is the number %s', async (bytes, value) => {
    expect(await readNumber(inMemory(hex(bytes)), whole(hex(bytes)))).toBe(value);
  });

  it('is text without the zeros that fill it up', async () => {
    const bytes = Buffer.from('webm\0\0');
    expect(await readText(inMemory(bytes), whole(bytes))).toBe('webm');
  });
});
