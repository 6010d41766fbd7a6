import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { addMediaItem, getMediaItem, listMediaItems, listProjects, saveVideoToDisk } from '#lib/media/index.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

const film = await makeMp4({ sizeBytes: 4000 });

async function savedFilm(projectId = 'p1', fileName = 'clip.mp4') {
  const saved = await saveVideoToDisk({ projectId, fileName, fileData: film });
  if (!saved.success) throw new Error(saved.error);
  return saved;
}

describe('an item', () => {
  it('with a file is local, and served from the library', async () => {
    mediaProject();
    const { localPath, sizeBytes } = await savedFilm();
    const item = await addMediaItem('p1', {
      localPath,
      fileSize: sizeBytes,
      originalUrl: 'https://v3b.fal.media/a.mp4',
    });
    expect(item).toMatchObject({
      ...{ name: 'clip.mp4', type: 'video', isLocalFile: true, localState: 'here', localPath },
      ...{ url: '/media/files/p1/clip.mp4', fileSize: sizeBytes },
    });
    expect(await listMediaItems('p1')).toEqual([item]);
    expect(await getMediaItem('p1', item.id)).toEqual(item);
    expect(await listProjects()).toEqual([{ projectId: 'p1', items: 1 }]);
  });

  it('that is added is an event, for a log', async () => {
    mediaProject();
    const { localPath } = await savedFilm();
    const onEvent = vi.fn();
    const item = await addMediaItem('p1', { localPath }, { onEvent });
    expect(onEvent.mock.calls).toEqual([[{ kind: 'item-added', item }]]);
    expect(item).toMatchObject({ localPath, isLocalFile: true });
  });

  it('takes an absolute path, as Electron hands it over', async () => {
    const { root } = mediaProject();
    const { localPath } = await savedFilm();
    expect(await addMediaItem('p1', { localPath: join(root, localPath) })).toMatchObject({ localPath });
  });

  it.each(['../../etc/passwd', '/etc/passwd', 'projects/other/videos/clip.mp4', 'clip.mp4'])(
    'takes no path like %j',
    async (localPath) => {
      mediaProject();
      await expect(addMediaItem('p1', { localPath })).rejects.toMatchObject({ code: 'invalid-input' });
    },
  );

  it.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'blob:https://a/b',
    'data:video/mp4;base64,AA',
    '/films/a.mp4',
  ])('takes no link like %j', async (originalUrl) => {
    mediaProject();
    const adding = addMediaItem('p1', { name: 'a', originalUrl });
    await expect(adding).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/originalUrl must be an http or https URL/),
    });
    expect(await listMediaItems('p1')).toEqual([]);
  });

  it.each([{ createdAt: 1.7e18 }, { createdAt: Number.NaN }, { expiresAt: 'soon' }, { expiresAt: '' }])(
    'of no time is refused: %j',
    async (times) => {
      mediaProject();
      await expect(addMediaItem('p1', times)).rejects.toMatchObject({ code: 'invalid-input' });
      expect(await listMediaItems('p1')).toEqual([]);
    },
  );

  it('keeps the end of its link in UTC', async () => {
    mediaProject();
    const expiresAt = 'Tue, 01 Dec 2026 01:00:00 +0100';
    expect(await addMediaItem('p1', { expiresAt })).toMatchObject({ expiresAt: '2026-12-01T00:00:00.000Z' });
  });

  it('shares its file with no other', async () => {
    mediaProject();
    const { localPath } = await savedFilm();
    await addMediaItem('p1', { id: 'a', localPath });
    await expect(addMediaItem('p1', { id: 'b', localPath })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await addMediaItem('p1', { id: 'a', localPath, name: 'Renamed' })).toMatchObject({ name: 'Renamed' });
    expect(await listMediaItems('p1')).toHaveLength(1);
  });

  it('of a page has its blob address in the answer only', async () => {
    const { root } = mediaProject();
    const url = 'blob:http://localhost:5173/0b6f';
    expect(await addMediaItem('p1', { id: 'a', url })).toMatchObject({ url, inBrowser: true, isLocalFile: false });
    expect(await listMediaItems('p1')).toMatchObject([{ id: 'a', url: '', inBrowser: true }]);
    expect(readFileSync(join(root, 'media-items.json'), 'utf8')).not.toContain('blob:');
  });

  it('whose file is gone falls back, keeps its path, and is local again once the file is back', async () => {
    const { root } = mediaProject();
    const { localPath, sizeBytes } = await savedFilm();
    const originalUrl = 'https://v3b.fal.media/a.mp4';
    await addMediaItem('p1', { id: 'a', localPath, fileSize: sizeBytes, originalUrl });
    renameSync(join(root, localPath), join(root, 'away'));
    expect(await listMediaItems('p1')).toMatchObject([
      { isLocalFile: false, localState: 'missing', localPath, url: originalUrl },
    ]);
    renameSync(join(root, 'away'), join(root, localPath));
    expect(await listMediaItems('p1')).toMatchObject([{ isLocalFile: true }]);
  });
});

it('items are listed by age, each project its own', async () => {
  mediaProject();
  const clock = new FakeClock(1000);
  for (const [projectId, id] of [
    ['p', 'b'],
    ['p', 'a'],
    ['p-1', 'c'],
    ['p.1', 'd'],
  ] as const) {
    await addMediaItem(projectId, { id }, { clock });
    clock.advance(1);
  }
  expect((await listMediaItems('p')).map(({ id }) => id)).toEqual(['b', 'a']);
  expect((await listMediaItems('p-1')).map(({ id }) => id)).toEqual(['c']);
});

it('a library that nobody has used is empty, and is not made by looking', async () => {
  const { folder, root } = mediaProject();
  expect(await listMediaItems('p1')).toEqual([]);
  expect(await listProjects()).toEqual([]);
  expect(() => readFileSync(join(root, 'media-items.json'))).toThrow();
  rmSync(folder, { recursive: true });
});

it('nothing is changed while the library is offline, and all is there afterwards', async () => {
  const { root } = mediaProject({ REELKEEP_DATABASE: 'sqlite:records/reelkeep.db' });
  const { localPath, sizeBytes } = await savedFilm();
  const item = await addMediaItem('p1', { id: 'a', localPath, fileSize: sizeBytes });
  renameSync(root, `${root}-away`);
  expect(await listMediaItems('p1')).toMatchObject([{ id: 'a', localState: 'offline', isLocalFile: false }]);
  await expect(addMediaItem('p1', { id: 'b' })).rejects.toMatchObject({ code: 'disk' });
  expect(await saveVideoToDisk({ projectId: 'p1', fileData: film })).toMatchObject({ success: false, code: 'disk' });
  expect(() => readFileSync(root)).toThrow(/ENOENT/);
  renameSync(`${root}-away`, root);
  expect(await listMediaItems('p1')).toEqual([item]);
});

it('of a drive that is unplugged while they are listed are offline, not gone, and here again with it', async () => {
  const { root, store } = mediaProject();
  const { localPath, sizeBytes } = await savedFilm();
  await addMediaItem('p1', { id: 'a', localPath, fileSize: sizeBytes });
  const before = readFileSync(join(root, 'media-items.json'), 'utf8');
  const find = store.find.bind(store);
  vi.spyOn(store, 'find').mockImplementationOnce(async function* (query) {
    yield* await Array.fromAsync(find(query));
    renameSync(root, `${root}-away`);
  });
  expect(await listMediaItems('p1')).toMatchObject([{ localState: 'offline', isLocalFile: false }]);
  expect(existsSync(root)).toBe(false);
  renameSync(`${root}-away`, root);
  expect(await listMediaItems('p1')).toMatchObject([{ localState: 'here', isLocalFile: true }]);
  expect(readFileSync(join(root, 'media-items.json'), 'utf8')).toBe(before);
});
