import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  addMediaItem,
  deleteProject,
  listMediaItems,
  listProjects,
  restoreProject,
  saveVideoToDisk,
} from '#lib/media/index.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

const film = await makeMp4({ sizeBytes: 4000 });
const DAY_MS = 24 * 3_600_000;
const textIn = (root: string) => readFileSync(join(root, 'media-items.json'), 'utf8');

async function addFilm(projectId: string, id: string) {
  const saved = await saveVideoToDisk({ projectId, fileName: `${id}.mp4`, fileData: film });
  if (!saved.success) throw new Error(saved.error);
  return addMediaItem(projectId, { id, localPath: saved.localPath, fileSize: saved.sizeBytes, createdAt: 1 });
}

async function twoProjects() {
  const library = mediaProject();
  for (const id of ['a', 'b']) await addFilm('p1', id);
  await addMediaItem('p1', { id: 'remote', originalUrl: 'https://example.com/a.mp4', createdAt: 2 });
  await addFilm('p10', 'c');
  return { ...library, clock: new FakeClock(Date.UTC(2026, 0, 1)) };
}
const ofP1 = { items: 3, files: 2, bytes: 2 * film.length };

it('a dry run counts, and changes nothing', async () => {
  const { root, clock } = await twoProjects();
  const before = textIn(root);
  expect(await deleteProject('p1', { dryRun: true, clock })).toEqual(ofP1);
  expect(textIn(root)).toBe(before);
  expect(await listMediaItems('p1')).toHaveLength(3);
});

it('a project goes with its records and files, and no other one does', async () => {
  const { root, clock } = await twoProjects();
  const others = await listMediaItems('p10');
  expect(await deleteProject('p1', { clock })).toEqual(ofP1);
  expect(await listMediaItems('p1')).toEqual([]);
  expect(await listProjects()).toEqual([{ projectId: 'p10', items: 1 }]);
  expect(readdirSync(join(root, 'projects'))).toEqual(['p10']);
  expect(await listMediaItems('p10')).toEqual(others);
  await expect(deleteProject('p1', { clock })).rejects.toMatchObject({ code: 'not-found' });
});

describe('for a day', () => {
  it('it can be brought back as it was', async () => {
    const { root, clock } = await twoProjects();
    const [before, items] = [JSON.parse(textIn(root)), await listMediaItems('p1')];
    await deleteProject('p1', { clock });
    clock.advance(DAY_MS - 1);
    expect(await restoreProject('p1', { clock })).toEqual(ofP1);
    expect(JSON.parse(textIn(root))).toEqual(before);
    expect(await listMediaItems('p1')).toEqual(items);
    await expect(restoreProject('p1', { clock })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('its names and ids are free, and what is new is not mixed with what was deleted', async () => {
    const { clock } = await twoProjects();
    await deleteProject('p1', { clock });
    expect(await addFilm('p1', 'a')).toMatchObject({ localPath: 'projects/p1/videos/a.mp4', isLocalFile: true });
    expect(await listMediaItems('p1')).toHaveLength(1);
    await expect(restoreProject('p1', { clock })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await listMediaItems('p1')).toHaveLength(1);
  });

  it('and then it is gone for good, with the next use', async () => {
    const { root, clock } = await twoProjects();
    await deleteProject('p1', { clock });
    expect(existsSync(join(root, 'trash'))).toBe(true);
    clock.advance(DAY_MS);
    await expect(restoreProject('p1', { clock })).rejects.toMatchObject({ code: 'not-found' });
    expect(existsSync(join(root, 'trash'))).toBe(false);
    expect(JSON.parse(textIn(root))).toMatchObject([{ projectId: 'p10' }]);
  });
});

it('one that was killed before its files were moved is completed, and undone as a whole', async () => {
  const { root, clock } = await twoProjects();
  await deleteProject('p1', { clock });
  const [name = ''] = readdirSync(join(root, 'trash'));
  renameSync(join(root, 'trash', name), join(root, 'projects/p1'));
  writeFileSync(join(root, 'trash', `${name}.begun`), '');
  clock.advance(1000);
  expect(await deleteProject('p1', { clock })).toEqual({ ...ofP1, items: 0 });
  expect(readdirSync(join(root, 'trash'))).toEqual([name]);
  expect(await restoreProject('p1', { clock })).toEqual(ofP1);
  expect(await listMediaItems('p1')).toHaveLength(3);
});

it('one without a folder has a time of its own, and is undone by itself', async () => {
  mediaProject();
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  const remote = (id: string) => addMediaItem('p1', { id, originalUrl: 'https://example.com/a.mp4', createdAt: 1 });
  await remote('first');
  await deleteProject('p1', { clock });
  clock.advance(1000);
  await remote('second');
  await addFilm('p1', 'film');
  await deleteProject('p1', { clock });
  expect(await restoreProject('p1', { clock })).toEqual({ items: 2, files: 1, bytes: film.length });
  expect((await listMediaItems('p1')).map(({ id }) => id).sort()).toEqual(['film', 'second']);
});

it("two in one millisecond do not get in each other's way", async () => {
  const { clock } = await twoProjects();
  await deleteProject('p1', { clock });
  await addFilm('p1', 'new');
  await deleteProject('p1', { clock });
  expect(await restoreProject('p1', { clock })).toEqual({ items: 1, files: 1, bytes: film.length });
});

describe.skipIf(process.platform === 'win32')('a symbolic link', () => {
  it('in a project is removed as a link: what it leads to stays', async () => {
    const { root, folder, clock } = await twoProjects();
    mkdirSync(join(folder, 'holiday'));
    writeFileSync(join(folder, 'holiday/photo.jpg'), 'photo');
    symlinkSync(join(folder, 'holiday'), join(root, 'projects/p1/videos/link'));
    expect(await deleteProject('p1', { clock })).toEqual({ ...ofP1, files: 3 });
    clock.advance(DAY_MS);
    await expect(restoreProject('p1', { clock })).rejects.toMatchObject({ code: 'not-found' });
    expect(readdirSync(join(folder, 'holiday'))).toEqual(['photo.jpg']);
  });

  it.each(['projects/p1', 'projects'])('in the place of %s is refused', async (place) => {
    const { root, folder, clock } = await twoProjects();
    mkdirSync(join(folder, 'elsewhere'));
    renameSync(join(root, place), join(folder, 'elsewhere/moved'));
    symlinkSync(join(folder, 'elsewhere/moved'), join(root, place));
    const before = textIn(root);
    await expect(deleteProject('p1', { clock })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(textIn(root)).toBe(before);
    expect(existsSync(join(folder, 'elsewhere/moved'))).toBe(true);
  });

  it('in the place of all projects gets nothing back', async () => {
    const { root, folder, clock } = await twoProjects();
    await deleteProject('p1', { clock });
    mkdirSync(join(folder, 'elsewhere'));
    renameSync(join(root, 'projects'), join(folder, 'moved'));
    symlinkSync(join(folder, 'elsewhere'), join(root, 'projects'));
    await expect(restoreProject('p1', { clock })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
    expect(readdirSync(join(root, 'trash'))).toHaveLength(1);
  });

  it('in the place of the trash is not followed', async () => {
    const { root, folder, clock } = await twoProjects();
    mkdirSync(join(folder, 'outside/other~1'), { recursive: true });
    writeFileSync(join(folder, 'outside/other~1/kept'), 'kept');
    symlinkSync(join(folder, 'outside'), join(root, 'trash'));
    await expect(deleteProject('p1', { clock })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(existsSync(join(folder, 'outside/other~1/kept'))).toBe(true);
    rmSync(join(folder, 'outside/other~1'), { recursive: true });
    await expect(deleteProject('p1', { clock })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
    expect(readdirSync(join(root, 'projects/p1/videos')).sort()).toEqual(['a.mp4', 'b.mp4']);
  });
});

it('while the library is offline nothing is deleted', async () => {
  const { root, clock } = await twoProjects();
  renameSync(root, `${root}-away`);
  await expect(deleteProject('p1', { clock })).rejects.toMatchObject({ code: 'disk' });
  expect(existsSync(root)).toBe(false);
  rmSync(`${root}-away`, { recursive: true });
});

it.each(['..', 'p1/..', '', '.'])('%j is no project', async (projectId) => {
  mediaProject();
  await expect(deleteProject(projectId)).rejects.toMatchObject({ code: 'invalid-input' });
});
