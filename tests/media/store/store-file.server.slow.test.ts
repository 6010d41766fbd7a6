import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  addMediaItem,
  deleteProject,
  exportProject,
  findMediaFile,
  finishMediaUploads,
  listMediaItems,
  listMediaUploads,
  playbackSource,
  restoreProject,
  type SaveAllProgress,
  saveAllToDisk,
  saveVideoToDisk,
} from '#lib/media/index.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { addFilm, LOCATION, sha256Of, storedLibrary } from '../../fixtures/media/stored-library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

const film = await makeMp4({ sizeBytes: 4000 });
const other = await makeMp4({ sizeBytes: 5000 });
const DAY_MS = 24 * 3_600_000;
const KEY = /^reel\/media\/projects\/p1\/videos\/clip~[0-9a-f]{12}\.mp4$/;

describe('a file of the library with object storage', () => {
  it('ends there, whole, and is played and exported as before', async () => {
    const { bucket, keys, files, records } = await storedLibrary();
    const item = await addFilm(film, 'clip');
    expect(item).toMatchObject({ localState: 'here', isLocalFile: true, url: '/media/files/p1/clip.mp4' });
    expect(playbackSource(item)).toEqual({ kind: 'local', address: '/media/files/p1/clip.mp4' });
    expect(keys()).toEqual([expect.stringMatching(KEY)]);
    const [key = ''] = keys();
    expect(bucket.objects.get(key)?.bytes).toEqual(Buffer.from(film));
    expect(bucket.objects.get(key)?.headers['content-type']).toBe('video/mp4');
    expect(files()).toEqual([]);
    const object = { location: LOCATION, name: key.replace('reel/media/', '') };
    const [record] = await records();
    expect(record).toMatchObject({ object, sha256: sha256Of(film) });
    expect(record).not.toHaveProperty('uploading');
    expect(await findMediaFile('p1', 'clip.mp4')).toMatchObject({
      ...{ sizeBytes: film.length, mimeType: 'video/mp4', sha256: sha256Of(film), object },
    });
    const archive = Buffer.from(await (await exportProject('p1')).arrayBuffer());
    expect(archive.includes(Buffer.from(film))).toBe(true);
  });

  it('keeps its name: the next of that name gets another one, though nothing is in the folder', async () => {
    const { keys } = await storedLibrary();
    await addFilm(film, 'clip');
    const saved = await saveVideoToDisk({ projectId: 'p1', fileName: 'clip.mp4', fileData: other });
    expect(saved).toMatchObject({ localPath: 'projects/p1/videos/clip-2.mp4' });
    expect(keys()).toHaveLength(1);
  });

  it('stays in the library while the store is away, and follows when it is back', async () => {
    const { server, keys, files } = await storedLibrary();
    server.onRequest(() => ({ kind: 'refuse', status: 403, code: 'AccessDenied' }));
    expect(await addFilm(film, 'clip')).toMatchObject({ localState: 'here' });
    expect([files(), keys()]).toEqual([['clip.mp4'], []]);
    expect(await listMediaUploads()).toEqual(['p1/clip']);
    expect(await finishMediaUploads()).toEqual(['p1/clip']);
    server.onRequest(() => undefined);
    expect(await finishMediaUploads()).toEqual([]);
    expect([files(), keys()]).toEqual([[], [expect.stringMatching(KEY)]]);
  });

  it('is uploaded by the next saving of its project, too', async () => {
    const { server, keys, files } = await storedLibrary();
    server.onRequest(() => ({ kind: 'refuse', status: 403, code: 'AccessDenied' }));
    await addFilm(film, 'clip');
    server.onRequest(() => undefined);
    await saveAllToDisk('p1');
    expect([files(), keys().length]).toEqual([[], 1]);
  });

  it('is told of while it is uploaded by the saving of its project, newly fetched or left before', async () => {
    const { server } = await storedLibrary();
    server.onRequest(() => ({ kind: 'refuse', status: 403, code: 'AccessDenied' }));
    await addFilm(film, 'clip');
    server.onRequest(() => undefined);
    const origin = await loopback((_request, response) => response.end(other));
    await addMediaItem('p1', { id: 'remote', originalUrl: `${origin}/other.mp4` });
    const events: SaveAllProgress[] = [];
    await saveAllToDisk('p1', { onProgress: (event) => events.push(event) });
    const sent = ({ length: bytes }: Uint8Array) => ({ state: 'uploading', bytesSent: bytes, bytesTotal: bytes });
    expect(events.findLast(({ item, state }) => item.id === 'clip' && state === 'uploading')).toMatchObject(sent(film));
    expect(events.findLast(({ item, state }) => item.id === 'remote' && state === 'uploading')).toMatchObject(
      sent(other),
    );
  });

  it('is missing from an archive when it is gone from the store, with the reason', async () => {
    const { bucket } = await storedLibrary();
    await addFilm(film, 'clip');
    bucket.objects.clear();
    const archive = Buffer.from(await (await exportProject('p1')).arrayBuffer()).toString('latin1');
    expect(archive).toContain('The file is gone from the library, or was changed.');
  });

  it('stays where it is when it was there before the setting, and when somebody else keeps account of it', async () => {
    const { keys, files } = await storedLibrary();
    vi.stubEnv('REELKEEP_ASSETS', '');
    await addFilm(film, 'clip');
    vi.stubEnv('REELKEEP_ASSETS', 's3://films/reel');
    const { localPath, sizeBytes } = await savedFilm('theirs');
    await addMediaItem('p1', { id: 'theirs', localPath, fileSize: sizeBytes }, { fileStays: true });
    await addMediaItem('p1', { id: 'clip', duration: 1 });
    await saveAllToDisk('p1');
    expect([files(), keys()]).toEqual([['clip.mp4', 'theirs.mp4'], []]);
  });

  it('is not taken for another one that has come to its place', async () => {
    const { server, keys, files, library } = await storedLibrary();
    server.onRequest(() => ({ kind: 'refuse', status: 403, code: 'AccessDenied' }));
    await addFilm(film, 'clip');
    server.onRequest(() => undefined);
    const changed = Buffer.from(film);
    changed[100] = (changed[100] ?? 0) ^ 1;
    writeFileSync(join(library.root, 'projects/p1/videos/clip.mp4'), changed);
    expect(await finishMediaUploads()).toEqual(['p1/clip']);
    expect([files(), keys()]).toEqual([['clip.mp4'], []]);
  });
});

async function savedFilm(name: string) {
  const saved = await saveVideoToDisk({ projectId: 'p1', fileName: `${name}.mp4`, fileData: film });
  if (!saved.success) throw new Error(saved.error);
  return saved;
}

describe('an object of the library', () => {
  it('goes when its item gets another file', async () => {
    const { bucket, keys } = await storedLibrary();
    await addFilm(film, 'clip');
    await addMediaItem('p1', { id: 'clip', ...(await otherFile()) });
    expect(keys()).toHaveLength(1);
    expect(bucket.objects.get(keys()[0] ?? '')?.bytes).toEqual(Buffer.from(other));
  });

  it('that could not be removed stays on record until it is', async () => {
    const { server, keys, records } = await storedLibrary();
    await addFilm(film, 'clip');
    server.onRequest(({ operation }) =>
      operation === 'DeleteObject' ? { kind: 'refuse', status: 403, code: 'AccessDenied' } : undefined,
    );
    await addMediaItem('p1', { id: 'clip', ...(await otherFile()) });
    expect([keys().length, (await records())[0]?.unwanted?.length]).toEqual([2, 1]);
    server.onRequest(() => undefined);
    expect(await finishMediaUploads()).toEqual([]);
    expect([keys().length, (await records())[0]?.unwanted]).toEqual([1, undefined]);
  });

  it('is counted and kept with a deleted project for a day, comes back, and goes for good', async () => {
    const { keys, records } = await storedLibrary();
    const clock = new FakeClock(Date.UTC(2026, 0, 1));
    await addFilm(film, 'clip');
    expect(await deleteProject('p1', { clock })).toEqual({ items: 1, files: 1, bytes: film.length });
    expect([await listMediaItems('p1'), keys().length]).toEqual([[], 1]);
    expect(await restoreProject('p1', { clock })).toEqual({ items: 1, files: 1, bytes: film.length });
    expect(await listMediaItems('p1')).toMatchObject([{ localState: 'here' }]);
    await deleteProject('p1', { clock });
    clock.advance(DAY_MS);
    await saveAllToDisk('p2', {}, { clock });
    expect([keys(), await records()]).toEqual([[], []]);
  });

  it('of a deleted project is never that of a new item with the same name and content', async () => {
    const { keys } = await storedLibrary();
    const clock = new FakeClock(Date.UTC(2026, 0, 1));
    await addFilm(film, 'clip');
    await deleteProject('p1', { clock });
    await addFilm(film, 'again');
    await addMediaItem('p1', { id: 'taken', ...(await sameName()) });
    await expect(restoreProject('p1', { clock })).rejects.toMatchObject({ code: 'invalid-input' });
    clock.advance(DAY_MS);
    await saveAllToDisk('p2', {}, { clock });
    expect(keys()).toHaveLength(2);
    for (const item of await listMediaItems('p1')) {
      expect(await findMediaFile('p1', item.name)).toMatchObject({ object: { location: LOCATION } });
    }
  });

  it('of an item that is added again after its deletion is not forgotten', async () => {
    const { keys } = await storedLibrary();
    await addFilm(film, 'clip');
    await deleteProject('p1');
    await addFilm(film, 'clip');
    expect(keys()).toHaveLength(1);
  });
});

async function otherFile() {
  const saved = await saveVideoToDisk({ projectId: 'p1', fileName: 'new.mp4', fileData: other });
  if (!saved.success) throw new Error(saved.error);
  return { localPath: saved.localPath, fileSize: saved.sizeBytes, sha256: saved.sha256 };
}

async function sameName() {
  const { localPath, sizeBytes } = await savedFilm('clip');
  expect(localPath).toBe('projects/p1/videos/clip.mp4');
  return { localPath, fileSize: sizeBytes };
}

it('an address is found for what is in the library only', async () => {
  const { library } = await storedLibrary();
  expect(await findMediaFile('p1', 'none.mp4')).toBeUndefined();
  expect(await findMediaFile('p1', '../../../etc/passwd')).toBeUndefined();
  mkdirSync(join(library.root, 'projects/p1/videos'), { recursive: true });
  writeFileSync(join(library.root, 'projects/p1/videos/new.mp4.part'), 'half');
  expect(await findMediaFile('p1', 'new.mp4.part')).toBeUndefined();
  vi.stubEnv('REELKEEP_ASSETS', '');
  await addFilm(film, 'clip');
  const found = await findMediaFile('p1', 'clip.mp4', { library });
  expect(found).toEqual({ path: expect.any(String), sizeBytes: film.length, mimeType: 'video/mp4' });
  expect(readFileSync(found?.path ?? '')).toEqual(Buffer.from(film));
});
