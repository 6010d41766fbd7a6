import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  addMediaItem,
  adoptFiles,
  deleteMediaItem,
  deleteProject,
  finishMediaPictures,
  listMediaItems,
  restoreProject,
  saveAllToDisk,
  saveVideoToDisk,
} from '#lib/media/index.ts';
import { fakeDraw, pictureNames } from '../../fixtures/media/fake-draw.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { Child } from '../../fixtures/processes/child.ts';

const film = await makeMp4({ sizeBytes: 4000 });
const VIDEOS = 'projects/p1/videos';
const CLIP = { name: 'clip.mp4', localPath: `${VIDEOS}/clip.mp4`, isLocalFile: true, fileSize: film.length };

async function save(fileName = 'clip.mp4') {
  const saved = await saveVideoToDisk({ projectId: 'p1', fileName, fileData: film });
  if (!saved.success) throw new Error(saved.error);
  return saved.localPath;
}

it('a file whose process was killed before it had added an item gets one, once', async () => {
  const { folder } = mediaProject();
  writeFileSync(join(folder, 'film.mp4'), film);
  const child = new Child('media/save-and-die-child.ts', ['p1', join(folder, 'film.mp4')]);
  expect(await child.exit).toBe('SIGKILL');
  expect(await listMediaItems('p1')).toEqual([]);
  expect((await saveAllToDisk('p1')).alreadyThere).toMatchObject([CLIP]);
  expect(await adoptFiles()).toEqual([]);
  await saveAllToDisk('p1');
  expect(await listMediaItems('p1')).toMatchObject([CLIP]);
});

it('is found in every project, also by two who look at once', async () => {
  mediaProject();
  await save();
  await saveVideoToDisk({ projectId: 'p2', fileName: 'other.mp4', fileData: film });
  const found = (await Promise.all([adoptFiles(), adoptFiles()])).flat();
  expect(found.map(({ name }) => name).sort()).toEqual(['clip.mp4', 'other.mp4']);
  expect([await listMediaItems('p1'), await listMediaItems('p2')]).toMatchObject([[CLIP], [{ name: 'other.mp4' }]]);
});

describe('whoever adds the file after all', () => {
  it('takes it over, with an id of his own', async () => {
    mediaProject();
    const localPath = await save();
    await adoptFiles();
    await addMediaItem('p1', { id: 'mine', localPath, fileSize: film.length, duration: 2 });
    await saveAllToDisk('p1');
    expect(await listMediaItems('p1')).toMatchObject([{ ...CLIP, id: 'mine', duration: 2 }]);
  });

  it('cannot take it from somebody who has', async () => {
    mediaProject();
    const localPath = await save();
    for (const { id } of await adoptFiles()) await addMediaItem('p1', { id, name: 'Harbour', localPath });
    await expect(addMediaItem('p1', { id: 'mine', localPath })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await listMediaItems('p1')).toMatchObject([{ name: 'Harbour' }]);
  });
});

it('an item that was made so goes with its file, but not with its drive', async () => {
  const { root } = mediaProject();
  await save();
  await adoptFiles();
  renameSync(root, `${root}-away`);
  expect(await adoptFiles()).toEqual([]);
  renameSync(`${root}-away`, root);
  expect(await listMediaItems('p1')).toMatchObject([CLIP]);
  rmSync(join(root, VIDEOS, 'clip.mp4'));
  expect((await saveAllToDisk('p1')).lost).toEqual([]);
  expect(await listMediaItems('p1')).toEqual([]);
});

describe('the pictures of a film', () => {
  it('are no lost files, on record or not; the film waits for them, and they go over to whoever adds it', async () => {
    const { root, store } = mediaProject({ REELKEEP_PICTURES: '1' });
    const localPath = await save();
    // Of a process that was killed before it had put them on record.
    for (const name of pictureNames('clip.mp4')) writeFileSync(join(root, VIDEOS, name), 'half');
    expect(await adoptFiles()).toMatchObject([{ ...CLIP, pictures: { isDue: true } }]);
    await finishMediaPictures(fakeDraw());
    expect(readFileSync(join(root, VIDEOS, 'clip.mp4.poster.webp'), 'utf8')).toBe('drawn');
    await saveAllToDisk('p1');
    const mine = await addMediaItem('p1', { id: 'mine', localPath, fileSize: film.length });
    expect(mine).toMatchObject({ pictures: { poster: { name: 'clip.mp4.poster.webp' } } });
    expect(await adoptFiles()).toEqual([]);
    expect(await Array.fromAsync(store.find(), ({ id }) => id)).toEqual(['mine']);
  });

  it('go with a found item whose film is gone', async () => {
    const { root } = mediaProject({ REELKEEP_PICTURES: '1' });
    await save();
    await adoptFiles();
    await finishMediaPictures(fakeDraw());
    rmSync(join(root, VIDEOS, 'clip.mp4'));
    expect(await adoptFiles()).toEqual([]);
    expect(readdirSync(join(root, VIDEOS))).toEqual([]);
  });

  it('of any name that is on record are known', async () => {
    const { root, store } = mediaProject();
    await addMediaItem('p1', { id: 'a', localPath: await save() });
    const poster = { name: 'elsewhere.webp', sizeBytes: 1, sha256: 'x', mimeType: 'image/webp' };
    await store.update('p1/a', (current) => current && { ...current, pictures: { poster } });
    writeFileSync(join(root, VIDEOS, poster.name), 'x');
    expect(await adoptFiles()).toEqual([]);
  });
});

describe('no item gets', () => {
  it('what is being written, is no film or picture, or has a name that is none of ours', async () => {
    const { root } = mediaProject();
    await save();
    await addMediaItem('p1', { id: 'a', localPath: `${VIDEOS}/clip.mp4` });
    for (const name of ['half.mp4.part', 'half.mp4.part.json', 'notes.txt', 'CON.mp4', '.hidden.mp4']) {
      writeFileSync(join(root, VIDEOS, name), film);
    }
    writeFileSync(join(root, VIDEOS, 'empty.mp4'), '');
    mkdirSync(join(root, VIDEOS, 'folder.mp4'));
    expect(await adoptFiles()).toEqual([]);
  });

  it('a file that an item is being saved as', async () => {
    const { root, store } = mediaProject();
    await save();
    await addMediaItem('p1', { id: 'a', name: 'Quay' });
    await store.update('p1/a', (current) => current && { ...current, savingAs: `${VIDEOS}/clip.mp4` });
    expect(await adoptFiles()).toEqual([]);
    expect(readdirSync(join(root, VIDEOS))).toEqual(['clip.mp4']);
  });

  it('a file of a project, or of an item, whose deletion was killed half way', async () => {
    const { root, store } = mediaProject();
    await addMediaItem('p1', { id: 'a', localPath: await save() });
    await deleteProject('p1');
    const [trashed = ''] = readdirSync(join(root, 'trash'));
    renameSync(join(root, 'trash', trashed), join(root, 'projects/p1'));
    writeFileSync(join(root, 'trash', `${trashed}.begun`), '');
    expect(await adoptFiles()).toEqual([]);
    await restoreProject('p1');
    await deleteMediaItem('p1', 'a');
    const record = await store.get('p1/a');
    renameSync(join(root, record?.trashedIn ?? '', 'clip.mp4'), join(root, VIDEOS, 'clip.mp4'));
    await store.update('p1/a', (current) => current && { ...current, trashing: [`${VIDEOS}/clip.mp4`] });
    expect(await adoptFiles()).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('a file that a link leads to', async () => {
    const { root, folder } = mediaProject();
    await save();
    await addMediaItem('p1', { id: 'a', localPath: `${VIDEOS}/clip.mp4` });
    mkdirSync(join(folder, 'outside/videos'), { recursive: true });
    writeFileSync(join(folder, 'outside/videos/theirs.mp4'), film);
    symlinkSync(join(folder, 'outside'), join(root, 'projects/p2'));
    symlinkSync(join(folder, 'outside/videos/theirs.mp4'), join(root, VIDEOS, 'link.mp4'));
    expect(await adoptFiles()).toEqual([]);
  });
});
