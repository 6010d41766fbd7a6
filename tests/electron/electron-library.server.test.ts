import { expect, it } from 'vitest';
import { electronLibrary } from '#lib/electron/index.ts';
import { addMediaItem, listMediaItems, playbackSource, saveAllToDisk, saveVideoToDisk } from '#lib/media/index.ts';
import { makeMp4 } from '../fixtures/mp4/mp4.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

it('its items have addresses that pages of the app can play', async () => {
  const library = electronLibrary({ getPath: () => temporaryFolder() });
  const fileData = await makeMp4({ sizeBytes: 4000 });
  const saved = await saveVideoToDisk({ projectId: 'p1', fileName: 'a b.mp4', fileData }, { library });
  if (!saved.success) throw new Error(saved.error);
  const address = 'reelkeep-media://files/p1/a%20b.mp4';
  const item = await addMediaItem('p1', { localPath: saved.localPath, fileSize: saved.sizeBytes }, { library });
  expect([item.url, playbackSource(item)]).toEqual([address, { kind: 'local', address }]);
  expect(await listMediaItems('p1', { library })).toEqual([item]);
  expect(await saveAllToDisk('p1', {}, { library })).toMatchObject({ alreadyThere: [item] });
});
