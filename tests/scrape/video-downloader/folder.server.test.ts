import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bytesIn, emptyFolder, keepOnlySame, TOOLS } from '#lib/scrape/video-downloader/folder.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

function started(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, TOOLS));
  writeFileSync(join(folder, 'video.1.mp4.part'), 'half');
  return folder;
}

it('keeps what belongs to the same video', async () => {
  const folder = started();
  await keepOnlySame(folder, 'a');
  writeFileSync(join(folder, 'video.1.mp4.part'), 'half');
  await keepOnlySame(folder, 'a');
  expect(readdirSync(folder)).toContain('video.1.mp4.part');
});

it.each([
  ['to nobody knows what', undefined],
  ['to another', 'b'],
])('removes what belongs %s', async (_what, identity) => {
  const folder = started();
  if (identity !== undefined) writeFileSync(join(folder, 'identity.txt'), identity);
  await keepOnlySame(folder, 'a');
  expect(readdirSync(folder).sort()).toEqual(['identity.txt', TOOLS]);
});

it('is a fault of the disk where there is no folder', async () => {
  await expect(keepOnlySame(join(temporaryFolder(), 'x'), 'a')).rejects.toMatchObject({ code: 'disk' });
});

it('counts the bytes of the video and its parts', async () => {
  const folder = started();
  writeFileSync(join(folder, 'video.2.m4a'), 'sound');
  writeFileSync(join(folder, 'page.json'), '{}');
  expect(await bytesIn(folder)).toBe(9);
  await emptyFolder(folder);
  expect(await bytesIn(folder)).toBe(0);
});
