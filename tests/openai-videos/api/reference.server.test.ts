import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { referenceOf } from '#lib/openai-videos/api/reference.server.ts';
import { mediaFiles } from '../../fixtures/media-files.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const files = await mediaFiles();
const wrong = (message: RegExp) => ({ code: 'invalid-input', billable: 'no', message: expect.stringMatching(message) });

describe('a picture', () => {
  it.each([
    ['png', 'png', 'image/png'],
    ['jpeg', 'jpg', 'image/jpeg'],
    ['webp', 'webp', 'image/webp'],
  ] as const)('is read as %s whatever its name says, from wherever it is', async (format, extension, mimeType) => {
    const path = join(temporaryFolder(), 'picture.bin');
    writeFileSync(path, files[format]);
    const bytes = Uint8Array.from(files[format]);
    for (const source of [path, pathToFileURL(path), bytes, new Blob([bytes])]) {
      expect(await referenceOf(source)).toEqual({ kind: 'file', bytes, name: `reference.${extension}`, mimeType });
    }
  });

  it.each([
    ['https://a.example/b.png', { kind: 'url', url: 'https://a.example/b.png' }],
    [new URL('HTTP://a.example/b.png'), { kind: 'url', url: 'http://a.example/b.png' }],
    ['data:image/png;base64,AA==', { kind: 'url', url: 'data:image/png;base64,AA==' }],
    [{ fileId: 'file_1' }, { kind: 'file-id', fileId: 'file_1' }],
    [undefined, undefined],
  ])('is left to the server: %o', async (source, reference) => {
    expect(await referenceOf(source)).toEqual(reference);
  });
});

describe('what is no picture', () => {
  it('is refused: other bytes, a folder, nothing', async () => {
    const folder = temporaryFolder();
    await expect(referenceOf(Uint8Array.from(files.mp4))).rejects.toMatchObject(wrong(/JPEG nor a PNG nor a WebP/));
    await expect(referenceOf(new Uint8Array())).rejects.toMatchObject(wrong(/JPEG nor/));
    await expect(referenceOf(folder)).rejects.toMatchObject(wrong(/is not a file/));
    await expect(referenceOf(join(folder, 'none.png'))).rejects.toMatchObject(wrong(/does not exist/));
  });

  it('is refused: a pipe, which would keep the call for ever', async () => {
    const pipe = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(referenceOf(pipe)).rejects.toMatchObject(wrong(/is not a file/));
  });

  it('is refused before it is read: one that would fill the memory', async () => {
    const path = join(temporaryFolder(), 'huge.png');
    writeFileSync(path, files.png);
    truncateSync(path, 64 * 1024 * 1024 + 1);
    await expect(referenceOf(path)).rejects.toMatchObject(wrong(/larger than 64 MiB/));
  });
});
