import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { archiveAnswer, storedSource } from '#lib/media/index.ts';
import { createMemoryAssets } from '#lib/stores/assets/memory-assets.ts';
import { sourceOf } from '../../contracts/asset-store.ts';
import { readLocal } from '../../fixtures/media/zip-reader.ts';

it('a file of an asset store is an entry like any other, and read for its CRC-32 once', async () => {
  const assets = createMemoryAssets();
  const { path, bytes, facts } = sourceOf('a film');
  await assets.put('rome-now.mp4', { path }, facts);
  let opened = 0;
  const open = (name: string) => {
    opened += 1;
    return assets.open(name);
  };
  const counting = { stat: assets.stat, open };
  const source = await storedSource(counting, 'rome-now.mp4', { nameInArchive: 'Rome.mp4' });
  const archive = Buffer.from(await archiveAnswer([source], { fileName: 'a.zip' }).arrayBuffer());
  expect(readLocal(archive)).toMatchObject({ name: 'Rome.mp4', sizeBytes: 6, crc32: crc32(bytes) });
  expect(archive.includes('a film')).toBe(true);
  expect(opened).toBe(2);
  await expect(storedSource(assets, 'none.mp4', { nameInArchive: 'None.mp4' })).rejects.toMatchObject({
    code: 'not-found',
  });
});
