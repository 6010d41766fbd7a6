import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPicture, sizeAndHash } from '#lib/pictures/read-picture.server.ts';
import { makeJpeg, makePng, WEBPS } from '../fixtures/media-files.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

function file(bytes: Buffer | string): string {
  const path = join(temporaryFolder(), 'poster.webp');
  writeFileSync(path, bytes);
  return path;
}

it.each<[string, Buffer, object]>([
  ['image/png', makePng(7, 5), { width: 7, height: 5 }],
  ['image/jpeg', makeJpeg(), { width: 1, height: 1 }],
  ['image/webp', WEBPS['with losses'], { width: 1, height: 1 }],
])('a whole picture is read by its content, whatever its name: %s', async (mimeType, bytes, size) => {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(await readPicture(file(bytes))).toEqual({
    name: 'poster.webp',
    sizeBytes: bytes.length,
    sha256,
    mimeType,
    ...size,
  });
});

it.each<[string, Buffer | string]>([
  ['cut', makePng().subarray(0, -1)],
  ['empty', ''],
  ['a page', '<html>'],
])('none is read that is %s', async (_what, bytes) => {
  expect(await readPicture(file(bytes))).toBeUndefined();
});

it('none is read where there is no file; its size and hash are the disk’s to refuse', async () => {
  const path = join(temporaryFolder(), 'none');
  expect(await readPicture(path)).toBeUndefined();
  await expect(sizeAndHash(path)).rejects.toMatchObject({ code: 'ENOENT' });
});
