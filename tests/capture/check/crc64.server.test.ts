import { createCRC64 } from 'hash-wasm';
import { describe, expect, test } from 'vitest';
import { Crc64 } from '#lib/capture/check/crc64.server.ts';

/** Bytes without pattern, the same in every run. */
function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = length + 1;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

async function byAnother(bytes: Uint8Array): Promise<string> {
  const hasher = (await createCRC64()).init();
  return BigInt(`0x${hasher.update(bytes).digest('hex')}`).toString();
}

function ofPieces(bytes: Uint8Array, ends: number[]): string {
  const crc64 = new Crc64();
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    crc64.update(bytes.subarray(start, end));
    start = end;
  }
  return crc64.digest();
}

// Around a word of 16 bytes, the 775 words within which words are added (12 400 bytes), what one fold takes (65 536) and
// the room in the module's memory (77 936).
const LENGTHS = [0, 1, 7, 8, 15, 16, 17, 12_399, 12_400, 12_416, 24_799, 24_800, 65_535, 65_536, 65_552];
const LONG_LENGTHS = [77_935, 77_936, 77_937, 131_071, 143_472, 143_473, 1_048_576, 1_100_003];

describe('CRC-64 agrees with another implementation', () => {
  test.each([...LENGTHS, ...LONG_LENGTHS])('on %i bytes', async (length) => {
    const bytes = noise(length);
    expect(ofPieces(bytes, [])).toBe(await byAnother(bytes));
  });

  test.each([1, 3, 8, 13])('on bytes that begin %i bytes into their memory', async (offset) => {
    const bytes = noise(200_000).subarray(offset);
    expect(ofPieces(bytes, [])).toBe(await byAnother(bytes));
  });

  test.each([[[0, 1]], [[5, 12_405]], [[77_936, 77_937]], [[100_000, 100_001, 112_401]], [[65_537, 131_074, 299_999]]])(
    'on pieces that end at %j',
    async (ends) => {
      const bytes = noise(300_000);
      expect(ofPieces(bytes, ends)).toBe(await byAnother(bytes));
    },
  );

  test('on zeros, which a checksum without an initial value does not count', async () => {
    const bytes = new Uint8Array(100_000);
    expect(ofPieces(bytes, [50_000])).toBe(await byAnother(bytes));
  });
});
