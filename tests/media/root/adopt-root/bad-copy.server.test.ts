import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { adoptRoot } from '#lib/media/root/adopt-root.server.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const disk = vi.hoisted(() => ({ isBad: true }));
vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:fs/promises')>();
  const copyFile: typeof original.copyFile = async (from, to, mode) => {
    await original.copyFile(from, to, mode);
    if (disk.isBad) await original.writeFile(to, 'olD');
  };
  return { ...original, copyFile };
});

it('a copy that differs from its source never becomes a file of the library', async () => {
  const folder = temporaryFolder();
  const place = { root: join(folder, 'media'), notePath: join(folder, 'media-library.json') };
  const [old, media] = [join(folder, 'old/projects/p1/videos'), join(folder, 'media/projects/p1/videos')];
  mkdirSync(old, { recursive: true });
  writeFileSync(join(old, 'a.mp4'), 'old');
  await expect(adoptRoot(place, join(folder, 'old'))).rejects.toMatchObject({ code: 'integrity', retryable: true });
  expect(existsSync(place.root)).toBe(false);
  disk.isBad = false;
  expect(await adoptRoot(place, join(folder, 'old'))).toMatchObject({ files: 1 });
  expect(readFileSync(join(media, 'a.mp4'), 'utf8')).toBe('old');
});
