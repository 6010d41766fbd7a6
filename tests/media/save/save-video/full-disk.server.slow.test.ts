import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { saveVideoToDisk } from '#lib/media/index.ts';
import { mediaProject } from '../../../fixtures/media/library.ts';
import { makeMp4 } from '../../../fixtures/mp4/mp4.ts';
import { loopback } from '../../../fixtures/wire/loopback.ts';

const MIB = 1024 * 1024;
const film = await makeMp4({ sizeBytes: 3 * MIB });
/** With CI set it must run: a file system that cannot be mounted then fails the test. */
const missing = process.env.CI || process.getuid?.() === 0 ? undefined : 'needs root';

/** A library with one film, on a disk of its own of 40 MiB. */
async function smallDisk() {
  const { root } = mediaProject();
  mkdirSync(root);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', root]);
  onTestFinished(() => void execFileSync('umount', [root]));
  const filler = join(root, 'filler');
  const before = await saveVideoToDisk({ projectId: 'p1', fileName: 'before.mp4', fileData: film });
  expect(before).toMatchObject({ success: true });
  return {
    fill(bytesLeft: number) {
      const { bavail, bsize } = statfsSync(root);
      try {
        writeFileSync(filler, Buffer.alloc(bavail * bsize - bytesLeft));
      } catch (error) {
        // Somebody else writes, too: it is full now.
        expect(error).toMatchObject({ code: 'ENOSPC' });
      }
    },
    freeSpace: () => rmSync(filler),
    partBytes: () => statSync(join(root, 'projects/p1/videos/clip.mp4.part')).size,
    films: () => readdirSync(join(root, 'projects/p1/videos')).sort(),
    content: (localPath: string) => readFileSync(join(root, localPath)),
  };
}

/** Serves the film in two pieces. @param between is called when the first one is on its way */
function provider(between: () => Promise<void>): Promise<string> {
  return loopback((_request, response) => {
    response.setHeader('content-length', film.length);
    response.write(film.subarray(0, MIB), () => void between().then(() => response.end(film.subarray(MIB))));
  });
}

describe.skipIf(missing)(`a full disk${missing ? `: ${missing}` : ''}`, () => {
  it.each([
    ['without a byte left', 0],
    ['that is too small', MIB],
  ])(
    '%s refuses bytes in plain words, keeps nothing of them, and takes them once there is space',
    async (_what, left) => {
      const disk = await smallDisk();
      disk.fill(left);
      const save = () => saveVideoToDisk({ projectId: 'p1', fileName: 'clip.mp4', fileData: film });
      expect(await save()).toMatchObject({
        ...{ success: false, code: 'disk-full', fallback: 'blob' },
        error: expect.stringMatching(/^The disk is full: no space left to write .*Free some space/),
      });
      expect(disk.films()).toEqual(['before.mp4']);
      disk.freeSpace();
      expect(await save()).toMatchObject({ success: true, fileName: 'clip.mp4' });
      expect(disk.content('projects/p1/videos/clip.mp4').equals(film)).toBe(true);
      expect(disk.films()).toEqual(['before.mp4', 'clip.mp4']);
    },
  );

  it.each([
    ['before it comes', /needs .* stay free on the disk.*Free some space/],
    ['while it comes', /^The disk is full: no space left to write .*Free some space/],
  ])(
    'that fills up %s refuses a link in plain words, keeps nothing of it, and takes it once there is space',
    async (when, words) => {
      const disk = await smallDisk();
      let fillUp: (() => void) | undefined = () => disk.fill(0);
      const origin = await provider(async () => {
        if (fillUp) await vi.waitUntil(() => disk.partBytes() > 0, { timeout: 30_000, interval: 10 });
        fillUp?.();
      });
      const save = () => saveVideoToDisk({ projectId: 'p1', fileName: 'clip.mp4', url: `${origin}/clip.mp4` });
      if (when === 'before it comes') {
        fillUp();
        fillUp = undefined;
      }
      expect(await save()).toMatchObject({
        ...{ success: false, code: 'disk-full', fallback: 'remote' },
        error: expect.stringMatching(words),
      });
      expect(disk.films()).toEqual(['before.mp4']);
      fillUp = undefined;
      disk.freeSpace();
      expect(await save()).toMatchObject({ success: true, fileName: 'clip.mp4' });
      expect(disk.content('projects/p1/videos/clip.mp4').equals(film)).toBe(true);
      expect(disk.films()).toEqual(['before.mp4', 'clip.mp4']);
    },
  );
});
