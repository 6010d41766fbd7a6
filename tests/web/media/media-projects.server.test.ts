import { expect, it } from 'vitest';
import { addMediaItem, listMediaItems } from '#lib/media/index.ts';
import { removeProject, undoDelete } from '#lib/web/media/media-projects.server.ts';
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
