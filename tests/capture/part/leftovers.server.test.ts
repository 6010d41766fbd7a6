import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { removeLeftovers } from '#lib/capture/part/leftovers.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

function folderOf(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) writeFileSync(join(folder, name), '');
  return folder;
}

test('what a killed capture left goes, and nothing else', async () => {
  const others = [
    'other.mp4.part',
    'v.mp4',
    'v.mp4.part.json.bak',
    'v.mp4.part2',
    'v.mp4.v1.mp4',
    'v.mp4.x1.part',
    'v.mp4x.part',
  ];
  const folder = folderOf(
    ...others,
    'v.mp4.part',
    'v.mp4.part.json',
    'v.mp4.part.json.123',
    'v.mp4.part.lock',
    'v.mp4.f7.part',
    'v.mp4.f7.part.json',
  );
  await removeLeftovers(join(folder, 'v.mp4'));
  expect(readdirSync(folder).sort()).toEqual(others);
});

test('what another capture is writing just now stays, and the rest goes', async () => {
  const folder = folderOf('v.mp4.f1.part', 'v.mp4.f2.part', 'v.mp4.f2.part.json');
  const lock = tryFileLock(join(folder, 'v.mp4.f2.part.lock'));
  await removeLeftovers(join(folder, 'v.mp4'));
  lock?.release();
  expect(readdirSync(folder).sort()).toEqual(['v.mp4.f2.part', 'v.mp4.f2.part.json', 'v.mp4.f2.part.lock']);
});

test('a folder that is not there has no leftovers', async () => {
  await expect(removeLeftovers(join(temporaryFolder(), 'none', 'v.mp4'))).resolves.toBeUndefined();
});
