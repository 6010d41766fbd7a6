import { expect, test } from 'vitest';
import { ReadBuffers } from '#lib/capture/http/read-buffers.server.ts';

const RECORD_BYTES = 16 * 1024;

/** Reads `count` records as a TLS socket delivers them: each into what `next` gives, told to stop or not. */
function readRecords(buffers: ReadBuffers, inUse: Uint8Array[], count: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let index = 0; index < count; index += 1) {
    pieces.push(buffers.next([...inUse, ...pieces]).subarray(0, RECORD_BYTES));
    buffers.fill(RECORD_BYTES);
  }
  return pieces;
}

test('a piece that is still in use is never overwritten, however many come', () => {
  const pieces = readRecords(new ReadBuffers(), [], 100);
  for (const [index, piece] of pieces.entries()) piece.fill(index + 1);
  expect(pieces.map((piece) => [piece.length, piece[0], piece.at(-1)])).toEqual(
    pieces.map((_, index) => [RECORD_BYTES, index + 1, index + 1]),
  );
});

test('pieces that come together lie behind one another, so that they can be handed on as one', () => {
  const [first, second] = readRecords(new ReadBuffers(), [], 2);
  expect(second?.buffer).toBe(first?.buffer);
  expect(second?.byteOffset).toBe(RECORD_BYTES);
});

test('a reader that keeps up needs no more than three slabs, however long the file', () => {
  const buffers = new ReadBuffers();
  const memory = new Set<ArrayBufferLike>();
  let lent: Uint8Array[] = [];
  for (let round = 0; round < 100; round += 1) {
    lent = readRecords(buffers, lent, 12);
    for (const piece of lent) memory.add(piece.buffer);
  }
  expect(memory.size).toBeLessThanOrEqual(3);
});
