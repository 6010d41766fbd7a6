import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PartBuffers, partBytesFor, readParts } from '#lib/stores/assets/s3/upload/part-source.server.ts';
import { temporaryFolder } from '../../../../fixtures/temporary-folder.ts';

const MIB = 1024 * 1024;

it.each([
  [0, 8 * MIB],
  [1, 8 * MIB],
  [80_000 * MIB, 8 * MIB],
  [80_000 * MIB + 1, 9 * MIB],
  // The largest object of S3: 5 TiB.
  [5 * 2 ** 40, 525 * MIB],
])('a file of %i bytes goes up in parts of %i, of which there are at most 10 000', (sizeBytes, partBytes) => {
  expect(partBytesFor(sizeBytes)).toBe(partBytes);
  expect(Math.ceil(sizeBytes / partBytes)).toBeLessThanOrEqual(10_000);
});

async function parts(text: string, partBytes: number, expected = text) {
  const path = join(temporaryFolder(), 'film');
  writeFileSync(path, text);
  const sha256 = createHash('sha256').update(expected).digest('hex');
  const facts = { sizeBytes: expected.length, sha256, mimeType: 'video/mp4' };
  const buffers = new PartBuffers(partBytes);
  const taken: Array<[number, string]> = [];
  const used = new Set<Buffer>();
  const error = await readParts(path, facts, buffers, async ({ number, buffer, sizeBytes }) => {
    taken.push([number, buffer.toString('utf8', 0, sizeBytes)]);
    used.add(buffer);
    buffers.give(buffer);
  }).catch((reason: unknown) => reason);
  return { taken, buffers: used.size, error };
}

describe('the parts of a file', () => {
  it.each<[string, number, string[]]>([
    ['abcdefgh', 3, ['abc', 'def', 'gh']],
    ['abcdef', 3, ['abc', 'def']],
    ['ab', 3, ['ab']],
    // An empty object has one empty part.
    ['', 3, ['']],
  ])('of %j, by %i bytes, are %j', async (text, partBytes, expected) => {
    const { taken, error } = await parts(text, partBytes);
    expect([taken, error]).toEqual([expected.map((part, index) => [index + 1, part]), undefined]);
  });

  it('use the same memory again', async () => {
    expect((await parts('x'.repeat(1000), 10)).buffers).toBe(1);
  });

  it('are not all passed on where the file is not the verified one', async () => {
    const { taken, error } = await parts('abcdefgh', 3, 'abcdefgx');
    expect([taken.length, error]).toEqual([2, expect.objectContaining({ code: 'integrity' })]);
  });
});
