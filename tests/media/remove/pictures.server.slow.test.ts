import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  addMediaItem,
  deleteMediaItem,
  deleteProject,
  finishMediaPictures,
  getMediaItem,
  listMediaItems,
  restoreMediaItem,
  restoreProject,
  saveAllToDisk,
  saveVideoToDisk,
} from '#lib/media/index.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { fakeDraw, pictureNames } from '../../fixtures/media/fake-draw.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { addFilm as addStored, storedLibrary } from '../../fixtures/media/stored-library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

const film = await makeMp4({ sizeBytes: 4000 });
const DAY_MS = 24 * 3_600_000;
const VIDEOS = 'projects/p1/videos';
const WHOLE = ['a.mp4', ...pictureNames('a.mp4')];
/** Each of the four is a word of five letters. */
const SIZE = { items: 1, files: 5, bytes: film.length + 4 * 5 };

async function addFilm(id: string) {
  const saved = await saveVideoToDisk({ projectId: 'p1', fileName: `${id}.mp4`, fileData: film });
  if (!saved.success) throw new Error(saved.error);
  return addMediaItem('p1', { id, localPath: saved.localPath, fileSize: saved.sizeBytes });
}

/** A film with its pictures. */
async function pictured() {
  const { root, store } = mediaProject({ REELKEEP_PICTURES: '1' });
  await addFilm('a');
  await finishMediaPictures(fakeDraw());
  const names = () => (existsSync(join(root, VIDEOS)) ? readdirSync(join(root, VIDEOS)).sort() : []);
  return { root, store, names, clock: new FakeClock(Date.now()), made: (await getMediaItem('p1', 'a'))?.pictures };
}

it('the pictures of an item go and come back with it, and a dry run counts them', async () => {
  const { root, names, clock, made } = await pictured();
  expect(await deleteMediaItem('p1', 'a', { dryRun: true, clock })).toEqual(SIZE);
  expect(names()).toEqual(WHOLE);
  expect(await deleteMediaItem('p1', 'a', { clock })).toEqual(SIZE);
  expect(names()).toEqual([]);
  expect(await restoreMediaItem('p1', 'a', { clock })).toMatchObject({ pictures: made });
  expect([names(), readdirSync(join(root, 'trash'))]).toEqual([WHOLE, []]);
  await deleteMediaItem('p1', 'a', { clock });
  clock.advance(DAY_MS);
  await saveAllToDisk('p1', {}, { clock });
  expect([names(), existsSync(join(root, 'trash'))]).toEqual([[], false]);
});

it('brought back half way by a process that was killed, they are brought back for good', async () => {
  const { root, store, names, clock, made } = await pictured();
  await deleteMediaItem('p1', 'a', { clock });
  const [trashed = ''] = readdirSync(join(root, 'trash'));
  await store.update(
    'p1/a',
    (record) => record && { ...record, restoringTo: { [`${VIDEOS}/a.mp4`]: `${VIDEOS}/a.mp4` } },
  );
  for (const name of WHOLE.slice(0, 2)) renameSync(join(root, 'trash', trashed, name), join(root, VIDEOS, name));
  await saveAllToDisk('p1', {}, { clock });
  expect(await listMediaItems('p1')).toMatchObject([{ pictures: made }]);
  expect(names()).toEqual(WHOLE);
});

it('they are made anew where the film comes back under another name, or theirs is taken', async () => {
  const { root, names, clock } = await pictured();
  await deleteMediaItem('p1', 'a', { clock });
  writeFileSync(join(root, VIDEOS, 'a.mp4'), film);
  await addMediaItem('p1', { id: 'other', localPath: `${VIDEOS}/a.mp4`, fileSize: film.length });
  const restored = await restoreMediaItem('p1', 'a', { clock });
  expect(restored).toMatchObject({ localPath: `${VIDEOS}/a-2.mp4`, pictures: { isDue: true } });
  await finishMediaPictures(fakeDraw());
  expect(names()).toEqual([...WHOLE, ...['a-2.mp4', ...pictureNames('a-2.mp4')]].sort());
});

it('a project goes and comes back with the pictures of its films', async () => {
  const { names, clock, made } = await pictured();
  expect(await deleteProject('p1', { dryRun: true, clock })).toEqual(SIZE);
  expect(await deleteProject('p1', { clock })).toEqual(SIZE);
  expect(names()).toEqual([]);
  expect(await restoreProject('p1', { clock })).toEqual(SIZE);
  expect(names()).toEqual(WHOLE);
  expect((await getMediaItem('p1', 'a'))?.pictures).toEqual(made);
});

it('those of a film in object storage go and come back, too', async () => {
  const { files } = await storedLibrary({ REELKEEP_PICTURES: '1' });
  await addStored(film, 'a');
  await finishMediaPictures(fakeDraw());
  expect(await deleteMediaItem('p1', 'a')).toEqual(SIZE);
  expect(files()).toEqual([]);
  expect(await restoreMediaItem('p1', 'a')).toMatchObject({ pictures: { poster: { name: 'a.mp4.poster.webp' } } });
  expect(files()).toEqual(pictureNames('a.mp4'));
  await deleteProject('p1');
  expect(await restoreProject('p1')).toEqual(SIZE);
  expect(files()).toEqual(pictureNames('a.mp4'));
});
