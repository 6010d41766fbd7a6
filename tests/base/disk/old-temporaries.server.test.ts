import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { removeOldTemporaries } from '#lib/base/disk/old-temporaries.server.ts';
import { temporaryPathFor } from '#lib/base/disk/paths.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const HOUR_MS = 3_600_000;

function write(path: string, hoursAgo: number): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'x');
  const at = new Date(Date.now() - hoursAgo * HOUR_MS);
  utimesSync(path, at, at);
  return path;
}
it('old temporary files go from a folder and those in it, and nothing else does', async () => {
  const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
  const old = ['rome.mp4', 'batch/a.mp4'].map((name) => write(temporaryPathFor(join(folder, name)), 30));
  const kept = [
    write(temporaryPathFor(join(folder, 'young.mp4')), 1),
    write(temporaryPathFor(join(folder, 'a/b/c/deep.mp4')), 30),
    ...['rome.mp4', 'rome.mp4.part', '.rome.mp4.tmp', '.hidden'].map((name) => write(join(folder, name), 30)),
  ];
  kept.push(write(temporaryPathFor(join(elsewhere, 'other.mp4')), 30));
  symlinkSync(elsewhere, join(folder, 'link'));
  expect(await removeOldTemporaries(folder, 24 * HOUR_MS, 2)).toBe(2);
  expect([old.filter((path) => existsSync(path)), kept.filter((path) => !existsSync(path))]).toEqual([[], []]);
});

it('a folder that is not there has none', async () => {
  expect(await removeOldTemporaries(join(temporaryFolder(), 'none'), 0, 3)).toBe(0);
});
