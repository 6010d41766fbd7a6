import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { acquireFileLock } from '#lib/base/disk/file-lock.server.ts';
import { usableLibrary } from '#lib/media/root/library.server.ts';
import { reserveName } from '#lib/media/save/reserve-name.server.ts';
import { mediaProject } from '../../fixtures/media/library.ts';

const VIDEOS = 'projects/p1/videos';

async function reserved(library: Parameters<typeof reserveName>[0], wanted: string) {
  const { handle, ...name } = await reserveName(library, 'p1', wanted, { clock: systemClock });
  await handle.close();
  return name;
}

it('a name is taken by an empty part file, and the next of the same name gets a number', async () => {
  const library = await usableLibrary(mediaProject());
  expect(await reserved(library, 'clip.mp4')).toMatchObject({
    ...{ fileName: 'clip.mp4', localPath: `${VIDEOS}/clip.mp4` },
    finalPath: join(library.root, VIDEOS, 'clip.mp4'),
  });
  expect(await reserved(library, 'Clip.mp4')).toMatchObject({ fileName: 'Clip-2.mp4' });
  expect(readdirSync(join(library.root, VIDEOS)).sort()).toEqual(
    ['Clip-2.mp4', 'clip.mp4'].flatMap((name) => [`${name}.part`, `${name}.part.save`]),
  );
});

describe('the root that goes away while another process holds its lock', () => {
  it.each([
    ['is renamed', (root: string) => renameSync(root, `${root}-away`)],
    [
      // As where the mount point of a drive is left.
      'has no marker any more',
      (root: string) => renameSync(join(root, '.reelkeep-media.json'), join(root, 'other.json')),
    ],
  ])('and %s: nothing is made', async (_what, goAway) => {
    const library = await usableLibrary(mediaProject());
    const held = await acquireFileLock(join(library.root, '.media.lock.db'));
    const clock = {
      ...systemClock,
      async wait() {
        goAway(library.root);
        held.release();
      },
    };
    await expect(reserveName(library, 'p1', 'clip.mp4', { clock })).rejects.toMatchObject({ code: 'disk' });
    expect(existsSync(join(library.root, 'projects'))).toBe(false);
  });
});
