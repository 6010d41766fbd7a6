import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addMediaItem } from '#lib/media/index.ts';
import { moveWithin } from '#lib/media/remove/project-files.server.ts';
import { deletionsIn, emptyTrash } from '#lib/media/remove/trash.server.ts';
import { trashFolderOf } from '#lib/media/remove/trash-names.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const DAY_MS = 24 * 3_600_000;
const NOW = Date.UTC(2026, 0, 2);

function rootWith(...folders: string[]): string {
  const root = temporaryFolder();
  for (const folder of folders) {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, 'film.mp4'), 'film');
  }
  return root;
}

it('lists the deletions of projects and of items, the newest first, and nothing that is neither', async () => {
  const root = rootWith(
    trashFolderOf('p1', 5),
    trashFolderOf('p1', 7, 'ab12'),
    trashFolderOf('p-2.x', 6),
    'trash/mine',
  );
  writeFileSync(join(root, 'trash/p1~8.begun'), '');
  expect(await deletionsIn(root)).toEqual([
    { projectId: 'p1', deletedMs: 7, folder: 'trash/p1~7~ab12', isOfItem: true },
    { projectId: 'p-2.x', deletedMs: 6, folder: 'trash/p-2.x~6', isOfItem: false },
    { projectId: 'p1', deletedMs: 5, folder: 'trash/p1~5', isOfItem: false },
  ]);
  expect(await deletionsIn(temporaryFolder())).toEqual([]);
});

it('moves a folder or a file within the root, and makes what it goes to', async () => {
  const root = rootWith('projects/p1');
  await moveWithin(root, 'projects/p1/film.mp4', 'trash/p1~1~ab/film.mp4');
  await moveWithin(root, 'projects/p1', 'trash/p1~2');
  expect([readdirSync(join(root, 'trash')).sort(), readdirSync(join(root, 'projects'))]).toEqual([
    ['p1~1~ab', 'p1~2'],
    [],
  ]);
});

it.skipIf(process.platform === 'win32')('moves nothing through a link', async () => {
  const root = rootWith('projects/p1', 'outside');
  symlinkSync(join(root, 'outside'), join(root, 'trash'));
  await expect(moveWithin(root, 'projects/p1', 'trash/p1~1')).rejects.toMatchObject({ code: 'invalid-input' });
  expect(readdirSync(join(root, 'outside'))).toEqual(['film.mp4']);
});

it('is emptied of what is a day old, files and records, and of nothing else', async () => {
  const { root, store, ...library } = mediaProject();
  for (const id of ['old', 'new', 'kept']) await addMediaItem('p1', { id });
  const deletedAt = (ms: number) => new Date(ms).toISOString();
  const marks: Array<[string, number]> = [
    ['p1/old', NOW - DAY_MS],
    ['p1/new', NOW - DAY_MS + 1],
  ];
  for (const [key, ms] of marks) await store.update(key, (one) => one && { ...one, deletedAt: deletedAt(ms) });
  const folders = [trashFolderOf('p1', NOW - DAY_MS), trashFolderOf('p1', NOW - DAY_MS + 1), 'trash/mine'];
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  for (const ms of [NOW - DAY_MS, NOW]) writeFileSync(join(root, `${trashFolderOf('p1', ms)}.begun`), '');
  await emptyTrash({ ...library, root, store }, NOW);
  expect(readdirSync(join(root, 'trash')).sort()).toEqual(['mine', `p1~${NOW - DAY_MS + 1}`, `p1~${NOW}.begun`].sort());
  expect((await Array.fromAsync(store.find())).map(({ id }) => id)).toEqual(['kept', 'new']);
  await emptyTrash({ ...library, root, store }, NOW + DAY_MS);
  expect(existsSync(join(root, 'trash/mine'))).toBe(true);
});
