import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasLocalFile, openLocalFile } from '#lib/media/index.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

function library() {
  const folder = temporaryFolder();
  const root = join(folder, 'media');
  mkdirSync(join(root, 'projects/p1/videos'), { recursive: true });
  writeFileSync(join(root, 'projects/p1/videos/clip.mp4'), '0123456789');
  writeFileSync(join(root, 'projects/p1/videos/clip.mp4.part'), '01234');
  writeFileSync(join(folder, 'secret.mp4'), 'secret');
  writeFileSync(join(root, 'media-items.json'), '[]');
  return { folder, root };
}

it('a file of the library is read from anywhere in it', async () => {
  const { root } = library();
  const file = await openLocalFile(root, 'projects/p1/videos/clip.mp4');
  expect(file).toMatchObject({ sizeBytes: 10, mimeType: 'video/mp4', etag: expect.stringMatching(/^W\/"10-\d+"$/) });
  expect(await new Response(file?.stream({ start: 2, end: 4 })).text()).toBe('234');
  expect(await hasLocalFile(root, 'projects/p1/videos/clip.mp4')).toBe(true);
});

describe('is not there:', () => {
  it.each([
    'projects/p1/videos/other.mp4',
    'projects/p2/videos/clip.mp4',
    'projects/p1/videos',
    'projects/p1/videos/../../../../secret.mp4',
    'projects/../../videos/secret.mp4',
    '../secret.mp4',
    'projects/p1/videos/clip.mp4.part',
    'media-items.json',
    '',
  ])('%j', async (localPath) => {
    const { root } = library();
    expect(await openLocalFile(root, localPath)).toBeUndefined();
    expect(await hasLocalFile(root, localPath)).toBe(false);
  });

  it.each([
    [
      'a link',
      (root: string, folder: string) => symlinkSync(join(folder, 'secret.mp4'), `${root}/projects/p1/videos/x.mp4`),
    ],
    ['a folder', (root: string) => mkdirSync(`${root}/projects/p1/videos/x.mp4`)],
    ['a pipe', (root: string) => void execFileSync('mkfifo', [`${root}/projects/p1/videos/x.mp4`])],
  ])('%s in the place of a file', async (_what, put) => {
    const { root, folder } = library();
    put(root, folder);
    expect(await openLocalFile(root, 'projects/p1/videos/x.mp4')).toBeUndefined();
    expect(await hasLocalFile(root, 'projects/p1/videos/x.mp4')).toBe(false);
  });

  it('a file behind a link in the place of a project', async () => {
    const { root, folder } = library();
    mkdirSync(join(folder, 'elsewhere/videos'), { recursive: true });
    writeFileSync(join(folder, 'elsewhere/videos/x.mp4'), 'x');
    symlinkSync(join(folder, 'elsewhere'), join(root, 'projects/p2'));
    expect(await openLocalFile(root, 'projects/p2/videos/x.mp4')).toBeUndefined();
    expect(await hasLocalFile(root, 'projects/p2/videos/x.mp4')).toBe(false);
  });
});
