import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileHasher, hashFile } from '#lib/capture/check/hashing.server.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';

const it = useCaptureCase();

// Vectors of CRC-64/XZ, as OSS prints them.
test.each([
  ['123456789', '11051210869376104954'],
  ['a', '3675645893302102789'],
  ['', '0'],
])('the CRC-64 of "%s" is %s', async (text, expected) => {
  const hasher = new FileHasher(true);
  hasher.update(Buffer.from(text));
  expect(hasher.digest().crc64).toBe(expected);
});

test('a digest does not end the hashing', async () => {
  const hasher = new FileHasher(true);
  hasher.update(Buffer.from('1234'));
  hasher.digest();
  hasher.update(Buffer.from('56789'));
  expect(hasher.digest()).toEqual({
    sha256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
    crc64: '11051210869376104954',
  });
});

test('two hashers at once do not disturb each other', async () => {
  const [one, two] = [new FileHasher(true), new FileHasher(true)];
  one.update(Buffer.from('1234'));
  two.update(Buffer.from('a'));
  one.update(Buffer.from('56789'));
  expect([one.digest().crc64, two.digest().crc64]).toEqual(['11051210869376104954', '3675645893302102789']);
});

test('the first bytes of a file are hashed without the rest', async () => {
  const path = join(it.folder, 'x');
  writeFileSync(path, '123456789 and more');
  const hasher = new FileHasher(true);
  expect(await hashFile(path, hasher, 9)).toBe(9);
  expect(hasher.digest().crc64).toBe('11051210869376104954');
});
