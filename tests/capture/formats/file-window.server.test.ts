import { expect, test } from 'vitest';
import { FileWindow, type ReadableFile, WINDOW_BYTES } from '#lib/capture/formats/file-window.server.ts';
import { NotWhole } from '#lib/capture/formats/media-report.ts';

const BYTES = Buffer.from(Array.from({ length: 3 * WINDOW_BYTES + 100 }, (_, index) => (index * 7) % 251));

/** A file that gives at most so many bytes at a time, and counts how often it is asked. */
function fileOf({ mostBytes = Number.POSITIVE_INFINITY, heldBytes = BYTES.length } = {}) {
  let reads = 0;
  const handle: ReadableFile = {
    read: async (buffer, offset, length, position) => {
      reads += 1;
      const end = Math.min(heldBytes, position + Math.min(length, mostBytes));
      return { bytesRead: position >= end ? 0 : BYTES.copy(buffer, offset, position, end) };
    },
  };
  return { file: new FileWindow(handle, BYTES.length), reads: () => reads };
}

test.each([
  ['at the start', 0, 8],
  ['in the middle', WINDOW_BYTES - 3, 6],
  ['at the end', BYTES.length - 5, 5],
  ['of no bytes', 5, 0],
])('bytes %s are those of the file', async (_name, position, length) => {
  const { file } = fileOf({ mostBytes: 1000 });
  expect((await file.read(position, length)).equals(BYTES.subarray(position, position + length))).toBe(true);
});

test('neighbours cost one read', async () => {
  const { file, reads } = fileOf();
  for (let position = 100; position < 10_000; position += 100) await file.read(position, 100);
  expect(reads()).toBe(1);
});

test('what was read stays as it is when more is read', async () => {
  const { file } = fileOf();
  const first = await file.read(0, 8);
  await file.read(2 * WINDOW_BYTES, 8);
  expect(first.equals(BYTES.subarray(0, 8))).toBe(true);
});

test('a claim of any size costs a window of memory', async () => {
  const { file } = fileOf();
  expect(await file.read(0, 2 ** 40)).toHaveLength(WINDOW_BYTES);
  expect(await file.read(BYTES.length - 7, 2 ** 40)).toHaveLength(7);
  expect(await file.read(BYTES.length + 7, 5)).toHaveLength(0);
});

test('a file that became shorter is not whole', async () => {
  const { file } = fileOf({ heldBytes: 1000 });
  await expect(file.read(990, 20)).rejects.toThrow(NotWhole);
});
