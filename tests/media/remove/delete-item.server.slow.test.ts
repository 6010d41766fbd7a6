import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  addMediaItem,
  deleteMediaItem,
  deleteProject,
  finishMediaUploads,
  listDeletedItems,
  listMediaItems,
  restoreMediaItem,
  restoreProject,
  saveAllToDisk,
  saveVideoToDisk,
  summarizeProjects,
} from '#lib/media/index.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { addFilm as addStored, storedLibrary } from '../../fixtures/media/stored-library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

const film = await makeMp4({ sizeBytes: 4000 });
const DAY_MS = 24 * 3_600_000;
const VIDEOS = 'projects/p1/videos';
const ONE = { items: 1, files: 1, bytes: film.length };
const recordsIn = (root: string) => JSON.parse(readFileSync(join(root, 'media-items.json'), 'utf8'));

async function addFilm(id: string, projectId = 'p1') {
  const saved = await saveVideoToDisk({ projectId, fileName: `${id}.mp4`, fileData: film });
  if (!saved.success) throw new Error(saved.error);
  return addMediaItem(projectId, { id, localPath: saved.localPath, fileSize: saved.sizeBytes, createdAt: 1 });
}

async function twoFilms() {
  const library = mediaProject();
  for (const id of ['a', 'b']) await addFilm(id);
  return {
    ...{ ...library, clock: new FakeClock(Date.now()) },
    files: () => readdirSync(join(library.root, VIDEOS)).sort(),
    ids: async () => (await listMediaItems('p1')).map(({ id }) => id),
  };
}

it('a dry run counts, and changes nothing', async () => {
  const { root, clock, files } = await twoFilms();
  const before = recordsIn(root);
  expect(await deleteMediaItem('p1', 'a', { dryRun: true, clock })).toEqual(ONE);
  expect([recordsIn(root), files()]).toEqual([before, ['a.mp4', 'b.mp4']]);
});

it('an item goes with its file, no other one does, and within a day it comes back as it was', async () => {
  const { root, clock, files, ids } = await twoFilms();
  const before = recordsIn(root);
  expect(await deleteMediaItem('p1', 'a', { clock })).toEqual(ONE);
  expect([await ids(), files()]).toEqual([['b'], ['b.mp4']]);
  await expect(deleteMediaItem('p1', 'a', { clock })).rejects.toMatchObject({ code: 'not-found' });
  const deletedUntilMs = clock.now() + DAY_MS;
  expect(await listDeletedItems('p1', { clock })).toMatchObject([{ id: 'a', name: 'a.mp4', deletedUntilMs }]);
  clock.advance(DAY_MS - 1);
  expect(await restoreMediaItem('p1', 'a', { clock })).toMatchObject({ id: 'a', localState: 'here' });
  expect([recordsIn(root), files()]).toEqual([before, ['a.mp4', 'b.mp4']]);
  expect(readdirSync(join(root, 'trash'))).toEqual([]);
  await expect(restoreMediaItem('p1', 'a', { clock })).rejects.toMatchObject({ code: 'not-found' });
});

it('after a day it is gone for good, with what had come of a download', async () => {
  const { root, clock, ids } = await twoFilms();
  writeFileSync(join(root, VIDEOS, 'later.mp4.part'), 'half');
  // Another film, whose name only begins like it.
  writeFileSync(join(root, VIDEOS, 'later.mp4.parts.mp4'), film);
  const [record] = recordsIn(root);
  const records = [{ ...record, savingAs: `${VIDEOS}/later.mp4` }, ...recordsIn(root).slice(1)];
  writeFileSync(join(root, 'media-items.json'), JSON.stringify(records));
  await deleteMediaItem('p1', 'a', { clock });
  expect(existsSync(join(root, VIDEOS, 'later.mp4.part'))).toBe(true);
  clock.advance(DAY_MS);
  expect(await listDeletedItems('p1', { clock })).toEqual([]);
  await expect(restoreMediaItem('p1', 'a', { clock })).rejects.toMatchObject({ code: 'not-found' });
  expect([existsSync(join(root, 'trash')), readdirSync(join(root, VIDEOS))]).toEqual([
    ...[false, ['b.mp4', 'later.mp4.parts.mp4']],
  ]);
  expect([recordsIn(root).length, await ids()]).toEqual([1, ['b']]);
});

it('an item that is lost goes, and saving all has nothing to complain about any more', async () => {
  const { clock, ids } = await twoFilms();
  await addMediaItem('p1', { id: 'lost', createdAt: 2 });
  expect((await saveAllToDisk('p1')).lost).toHaveLength(1);
  expect(await deleteMediaItem('p1', 'lost', { clock })).toEqual({ items: 1, files: 0, bytes: 0 });
  expect((await saveAllToDisk('p1')).lost).toEqual([]);
  expect(await restoreMediaItem('p1', 'lost', { clock })).toMatchObject({ id: 'lost' });
  expect(await ids()).toEqual(['a', 'b', 'lost']);
});

describe('its name is free', () => {
  it('and a file that has taken it keeps it: the item comes back under another one', async () => {
    const { root, clock, files } = await twoFilms();
    await deleteMediaItem('p1', 'a', { clock });
    expect(await addFilm('a')).toMatchObject({ localPath: `${VIDEOS}/a.mp4` });
    await expect(restoreMediaItem('p1', 'a', { clock })).rejects.toMatchObject({ code: 'not-found' });
    await deleteMediaItem('p1', 'b', { clock });
    const taken = await saveVideoToDisk({ projectId: 'p1', fileName: 'b.mp4', fileData: film });
    if (!taken.success) throw new Error(taken.error);
    await addMediaItem('p1', { id: 'new', localPath: taken.localPath });
    expect(await restoreMediaItem('p1', 'b', { clock })).toMatchObject({ localPath: `${VIDEOS}/b-2.mp4` });
    expect(files()).toEqual(['a.mp4', 'b-2.mp4', 'b.mp4']);
    expect(readFileSync(join(root, VIDEOS, 'b-2.mp4'))).toEqual(Buffer.from(film));
  });
});

describe('killed half way', () => {
  it.each([
    ['before its file was moved', (root: string, trashed: string) => renameSync(trashed, join(root, VIDEOS, 'a.mp4'))],
    ['after it', () => {}],
  ])('%s, it is completed by the next saving, and can be undone', async (_when, undoMove) => {
    const { root, clock, files, ids } = await twoFilms();
    await deleteMediaItem('p1', 'a', { clock });
    const records = recordsIn(root);
    undoMove(root, join(root, records[0].trashedIn, 'a.mp4'));
    writeFileSync(
      join(root, 'media-items.json'),
      JSON.stringify([{ ...records[0], trashing: [`${VIDEOS}/a.mp4`] }, records[1]]),
    );
    await saveAllToDisk('p1', {}, { clock });
    expect([files(), await ids(), recordsIn(root)]).toEqual([['b.mp4'], ['b'], records]);
    expect(await restoreMediaItem('p1', 'a', { clock })).toMatchObject({ localState: 'here' });
  });

  it('when it was brought back, the next try finds the file in its place', async () => {
    const { root, clock, files } = await twoFilms();
    await deleteMediaItem('p1', 'a', { clock });
    renameSync(join(root, recordsIn(root)[0].trashedIn, 'a.mp4'), join(root, VIDEOS, 'a.mp4'));
    expect(await restoreMediaItem('p1', 'a', { clock })).toMatchObject({ localPath: `${VIDEOS}/a.mp4` });
    expect(files()).toEqual(['a.mp4', 'b.mp4']);
  });
});

it('is apart from the deletion of its project', async () => {
  const { clock, ids } = await twoFilms();
  await deleteMediaItem('p1', 'a', { clock });
  expect(await deleteProject('p1', { clock })).toEqual(ONE);
  expect(await restoreProject('p1', { clock })).toEqual(ONE);
  expect(await ids()).toEqual(['b']);
  await deleteMediaItem('p1', 'b', { clock });
  await expect(restoreProject('p1', { clock })).rejects.toMatchObject({ code: 'not-found' });
  expect(await summarizeProjects()).toEqual([{ projectId: 'p1', items: 0, localItems: 0, bytes: 0 }]);
  for (const id of ['a', 'b']) await restoreMediaItem('p1', id, { clock });
  expect(await ids()).toEqual(['a', 'b']);
});

describe('in object storage', () => {
  it('it is counted, kept for a day, and removed with its record', async () => {
    const { keys, records } = await storedLibrary();
    const clock = new FakeClock(Date.now());
    await addStored(film, 'clip');
    expect(await deleteMediaItem('p1', 'clip', { clock })).toEqual(ONE);
    expect(keys()).toHaveLength(1);
    expect(await restoreMediaItem('p1', 'clip', { clock })).toMatchObject({ localState: 'here' });
    await deleteMediaItem('p1', 'clip', { clock });
    clock.advance(DAY_MS);
    await saveAllToDisk('p1', {}, { clock });
    expect([keys(), await records()]).toEqual([[], []]);
  });

  it('an upload that was waiting goes on once it is back', async () => {
    const { server, keys, files } = await storedLibrary();
    server.onRequest(() => ({ kind: 'refuse', status: 403, code: 'AccessDenied' }));
    await addStored(film, 'clip');
    server.onRequest(() => undefined);
    await deleteMediaItem('p1', 'clip');
    expect([await finishMediaUploads(), keys(), files()]).toEqual([[], [], []]);
    await restoreMediaItem('p1', 'clip');
    expect([await finishMediaUploads(), keys().length, files()]).toEqual([[], 1, []]);
  });
});

describe.skipIf(process.platform === 'win32')('a symbolic link', () => {
  it('in the place of its file goes as a link: what it leads to stays', async () => {
    const { root, folder, clock } = await twoFilms();
    renameSync(join(root, VIDEOS, 'a.mp4'), join(folder, 'elsewhere.mp4'));
    symlinkSync(join(folder, 'elsewhere.mp4'), join(root, VIDEOS, 'a.mp4'));
    expect(await deleteMediaItem('p1', 'a', { clock })).toEqual({ items: 1, files: 1, bytes: 0 });
    clock.advance(DAY_MS);
    await saveAllToDisk('p1', {}, { clock });
    expect(existsSync(join(folder, 'elsewhere.mp4'))).toBe(true);
  });

  it.each(['projects/p1/videos', 'projects/p1', 'trash'])(
    'in the place of %s is refused, and nothing is deleted',
    async (place) => {
      const { root, folder, clock, ids } = await twoFilms();
      mkdirSync(join(folder, 'elsewhere'));
      if (existsSync(join(root, place))) renameSync(join(root, place), join(folder, 'elsewhere/moved'));
      else mkdirSync(join(folder, 'elsewhere/moved'));
      symlinkSync(join(folder, 'elsewhere/moved'), join(root, place));
      await expect(deleteMediaItem('p1', 'a', { clock })).rejects.toMatchObject({ code: 'invalid-input' });
      expect(await ids()).toEqual(['a', 'b']);
    },
  );
});

it('while the library is offline nothing is deleted, and nothing is made in its place', async () => {
  const { root, clock } = await twoFilms();
  renameSync(root, `${root}-away`);
  await expect(deleteMediaItem('p1', 'a', { clock })).rejects.toMatchObject({ code: 'disk' });
  expect(existsSync(root)).toBe(false);
  renameSync(`${root}-away`, root);
});

it('while its project is being saved it is refused', async () => {
  mediaProject();
  await addFilm('a');
  const saving = saveAllToDisk('p1');
  await expect(deleteMediaItem('p1', 'a')).rejects.toMatchObject({ code: 'busy' });
  await saving;
});
