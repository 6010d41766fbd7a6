import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, isOwnFolder, isThere } from '#lib/media/remove/project-files.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

function project() {
  const root = temporaryFolder();
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('projects/p1/videos/a.mp4', '1234');
  write('projects/p1/notes/a.txt', '123');
  write('projects/p1/videos/more/below/b.mp4', '12');
  return root;
}

it('counts the files below a folder, however deep', async () => {
  const root = project();
  expect(await filesBelow(root, 'projects/p1')).toEqual({ files: 3, bytes: 9 });
  expect(await filesBelow(root, 'projects/p2')).toBeUndefined();
});

describe.skipIf(process.platform === 'win32')('a link', () => {
  it('counts as one file, and what it leads to does not', async () => {
    const root = project();
    symlinkSync(join(root, 'projects/p1'), join(root, 'projects/p1/videos/all'));
    expect(await filesBelow(root, 'projects/p1/videos')).toEqual({ files: 3, bytes: 6 });
  });

  it('in the place of a folder, or above it, is refused', async () => {
    const root = project();
    symlinkSync(join(root, 'projects'), join(root, 'others'));
    symlinkSync(join(root, 'projects/p1'), join(root, 'projects/p2'));
    for (const folder of ['others/p1', 'projects/p2', 'projects/p1/videos/a.mp4']) {
      await expect(isOwnFolder(root, folder), folder).rejects.toMatchObject({ code: 'invalid-input' });
    }
    expect(await isOwnFolder(root, 'projects/p1')).toBe(true);
    expect(await isOwnFolder(root, 'projects/p3')).toBe(false);
  });

  it('is there, whether or not it leads anywhere', async () => {
    const root = project();
    symlinkSync('nowhere', join(root, 'dangling'));
    expect([await isThere(join(root, 'dangling')), await isThere(join(root, 'nowhere'))]).toEqual([true, false]);
  });
});
