import { expect, it } from 'vitest';
import { addMediaItem, listMediaItems } from '#lib/media/index.ts';
import { mediaItems } from '#lib/web/media/media-list.server.ts';
import { removeItem, removeProject, undoDelete, undoDeleteItem } from '#lib/web/media/media-projects.server.ts';
import { mediaProject } from '../../fixtures/media/library.ts';

const url = (query = '') => new URL(`http://localhost/api/media/p${query}`);

it('a project is counted, deleted, and brought back', async () => {
  mediaProject();
  await addMediaItem('p', { id: 'a' });
  expect(await removeProject('p', url('?dryRun=1'))).toEqual({ items: 1, files: 0, bytes: 0 });
  expect(await listMediaItems('p')).toHaveLength(1);
  const { deletedUntil = '', ...size } = await removeProject('p', url());
  expect(size).toEqual({ items: 1, files: 0, bytes: 0 });
  expect(Date.parse(deletedUntil)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  expect(await listMediaItems('p')).toEqual([]);
  await expect(removeProject('p', url())).rejects.toMatchObject({ problem: 'not-found' });
  expect(await undoDelete('p')).toEqual({ items: 1, files: 0, bytes: 0 });
  expect(await listMediaItems('p')).toHaveLength(1);
  await expect(undoDelete('p')).rejects.toMatchObject({ problem: 'not-found' });
});

it('an item is counted, deleted, and brought back', async () => {
  mediaProject();
  await addMediaItem('p', { id: 'a' });
  const item = { projectId: 'p', itemId: 'a' };
  expect(await removeItem(item, url('/items/a?dryRun=1'))).toEqual({ items: 1, files: 0, bytes: 0 });
  expect(await listMediaItems('p')).toHaveLength(1);
  const { deletedUntil = '', ...size } = await removeItem(item, url('/items/a'));
  expect(size).toEqual({ items: 1, files: 0, bytes: 0 });
  expect(Date.parse(deletedUntil)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  expect(await mediaItems('p', url('/items'))).toEqual({
    ...{ items: [], total: 0 },
    deleted: [{ id: 'a', name: 'a', fileSize: 0, deletedUntil }],
  });
  await expect(removeItem(item, url('/items/a'))).rejects.toMatchObject({ problem: 'not-found' });
  expect(await undoDeleteItem('p', 'a')).toMatchObject({ id: 'a', badge: 'lost' });
  await expect(undoDeleteItem('p', 'a')).rejects.toMatchObject({ problem: 'not-found' });
});
