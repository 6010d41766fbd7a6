import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  addMediaItem,
  deleteMediaItem,
  finishMediaPictures,
  getMediaItem,
  listMediaFilmsWithoutPictures,
  makeMediaPictures,
  restoreMediaItem,
  saveVideoToDisk,
} from '#lib/media/index.ts';
import { drawNothing, fakeDraw, pictureNames } from '../../fixtures/media/fake-draw.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { storedLibrary } from '../../fixtures/media/stored-library.ts';
import { makeWebm } from '../../fixtures/media-files.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

const film = await makeMp4({ sizeBytes: 4000 });
const A = { projectId: 'p1', id: 'a' };
const VIDEOS = 'projects/p1/videos';

async function addFilm(id: string, fileName = `${id}.mp4`, fileData: Uint8Array = film) {
  const saved = await saveVideoToDisk({ projectId: 'p1', fileName, fileData });
  if (!saved.success) throw new Error(saved.error);
  const { localPath, sizeBytes: fileSize, sha256 } = saved;
  return addMediaItem('p1', { id, localPath, fileSize, sha256 });
}

function library() {
  const { root } = mediaProject({ REELKEEP_PICTURES: '1' });
  return { root, names: () => readdirSync(join(root, VIDEOS)).sort() };
}

const picturesOf = async (id = 'a') => (await getMediaItem('p1', id))?.pictures;

describe('the pictures of a film that has come into the library', () => {
  it('are due, then beside it by its name, and on record', async () => {
    const { names } = library();
    expect(await addFilm('a')).toMatchObject({ pictures: { isDue: true } });
    expect(await finishMediaPictures(fakeDraw())).toMatchObject([{ film: { ...A, name: 'a.mp4' }, missing: [] }]);
    expect(names()).toEqual(['a.mp4', ...pictureNames('a.mp4')]);
    expect(await picturesOf()).toMatchObject({ poster: { name: 'a.mp4.poster.webp' }, filmSha256: expect.any(String) });
    expect(await picturesOf()).not.toHaveProperty('isDue');
    expect(await finishMediaPictures(fakeDraw())).toEqual([]);
    expect(await listMediaFilmsWithoutPictures()).toEqual([]);
  });

  it('stay when the item is put on record again, and are due again with another file', async () => {
    library();
    const { localPath = '', fileSize } = await addFilm('a');
    await finishMediaPictures(fakeDraw());
    const made = await picturesOf();
    expect(await addMediaItem('p1', { id: 'a', name: 'Harbour', localPath, fileSize })).toMatchObject({
      pictures: made,
    });
    expect(await addMediaItem('p1', { id: 'a', name: 'Port' })).toMatchObject({ pictures: made });
    expect(await addFilm('a')).toMatchObject({ localPath: `${VIDEOS}/a-2.mp4`, pictures: { isDue: true } });
  });

  it('of two formats of a film have different names, and so has one with a long name', async () => {
    const { names } = library();
    const long = `${'A very long name of a harbour, '.repeat(4)}`;
    await addFilm('a', 'Hafen.mp4');
    await addFilm('b', 'Hafen.webm', await makeWebm());
    const { localPath: path = '' } = await addFilm('c', `${long}.mp4`);
    await finishMediaPictures(fakeDraw());
    const drawn = names().filter((name) => /\.(webp|jpg|vtt)$/.test(name));
    expect(drawn).toHaveLength(12);
    expect(drawn).toEqual(expect.arrayContaining([...pictureNames('Hafen.mp4'), ...pictureNames('Hafen.webm')]));
    expect(Math.max(...drawn.map((name) => Buffer.byteLength(name)))).toBeLessThanOrEqual(104);
    expect(path.length).toBeGreaterThan(104);
  });

  it('are none where the settings want none, but can be asked for', async () => {
    const { names } = library();
    vi.stubEnv('REELKEEP_PICTURES', '0');
    await addFilm('a');
    expect(await finishMediaPictures(fakeDraw())).toEqual([]);
    expect(await listMediaFilmsWithoutPictures()).toEqual([{ ...A, name: 'a.mp4' }]);
    expect(await makeMediaPictures(A, fakeDraw())).toMatchObject({ poster: { name: 'a.mp4.poster.webp' } });
    expect(names()).toHaveLength(5);
  });

  it('say what is missing, are then not tried again by themselves, and keep what was there', async () => {
    const { root } = library();
    await addFilm('a');
    const missing = [expect.stringContaining('ffmpeg was not found')];
    expect(await finishMediaPictures(drawNothing)).toMatchObject([{ missing }]);
    expect(await picturesOf()).toEqual({ missing });
    expect(await finishMediaPictures(fakeDraw())).toEqual([]);
    expect(await listMediaFilmsWithoutPictures()).toHaveLength(1);
    await makeMediaPictures(A, fakeDraw());
    expect(await listMediaFilmsWithoutPictures()).toEqual([]);
    rmSync(join(root, VIDEOS, 'a.mp4.poster.webp'));
    expect(await listMediaFilmsWithoutPictures()).toHaveLength(1);
    await makeMediaPictures(A, drawNothing);
    expect(await picturesOf()).toMatchObject({ missing, spriteSheet: { name: 'a.mp4.sprites.jpg' } });
    expect(await picturesOf()).not.toHaveProperty('poster');
  });

  it('are made anew where they are there only when that is asked for', async () => {
    const { root } = library();
    await addFilm('a');
    await finishMediaPictures(fakeDraw());
    const poster = () => readFileSync(join(root, VIDEOS, 'a.mp4.poster.webp'), 'utf8');
    await makeMediaPictures(A, fakeDraw(undefined, 'anew'));
    expect(poster()).toBe('drawn');
    await makeMediaPictures(A, fakeDraw(undefined, 'anew'), { remake: true });
    expect(poster()).toBe('anew');
    expect(await listMediaFilmsWithoutPictures({ all: true })).toEqual([{ ...A, name: 'a.mp4' }]);
  });
});

describe('nothing is published', () => {
  it('of a film that was deleted meanwhile, and comes back without', async () => {
    const { names } = library();
    await addFilm('a');
    await finishMediaPictures(fakeDraw(() => deleteMediaItem('p1', 'a')));
    expect(names()).toEqual([]);
    expect(await restoreMediaItem('p1', 'a')).toMatchObject({ pictures: { isDue: true } });
    await finishMediaPictures(fakeDraw());
    expect(names()).toEqual(['a.mp4', ...pictureNames('a.mp4')]);
  });

  it('over a file of another item', async () => {
    const { root, names } = library();
    await addFilm('a');
    writeFileSync(join(root, VIDEOS, 'a.mp4.poster.webp'), 'mine');
    await addMediaItem('p1', { id: 'mine', type: 'image', localPath: `${VIDEOS}/a.mp4.poster.webp`, fileSize: 4 });
    await finishMediaPictures(fakeDraw());
    expect(names()).toEqual(['a.mp4', 'a.mp4.poster.webp']);
    expect(readFileSync(join(root, VIDEOS, 'a.mp4.poster.webp'), 'utf8')).toBe('mine');
    expect(await picturesOf()).toEqual({ missing: [expect.stringMatching(/another item/)] });
  });

  it('of a film that is not the one on record, gone, no film, or on a drive that is away', async () => {
    const { root, names } = library();
    await addFilm('a');
    await addFilm('gone');
    await addFilm('image');
    await addMediaItem('p1', { id: 'image', type: 'image' });
    writeFileSync(join(root, VIDEOS, 'a.mp4'), Buffer.alloc(film.length, 'x'));
    rmSync(join(root, VIDEOS, 'gone.mp4'));
    expect(await finishMediaPictures(fakeDraw())).toHaveLength(1);
    expect(names()).toEqual(['a.mp4', 'image.mp4']);
    expect(await picturesOf()).toEqual({ missing: [expect.stringMatching(/not the one on record/)] });
    for (const id of ['gone', 'image', 'nobody'])
      expect(await makeMediaPictures({ projectId: 'p1', id }, fakeDraw())).toBeUndefined();
    renameSync(root, `${root}-away`);
    expect(await finishMediaPictures(fakeDraw())).toEqual([]);
    expect(await listMediaFilmsWithoutPictures()).toEqual([]);
    await expect(makeMediaPictures(A, fakeDraw())).rejects.toMatchObject({ code: 'disk' });
  });
});

it('a film whose pictures cannot be made now is tried again', async () => {
  library();
  await addFilm('a');
  const failing = fakeDraw(() => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })));
  expect(await finishMediaPictures(failing)).toMatchObject([{ error: { code: 'disk-full' } }]);
  expect(await picturesOf()).toEqual({ isDue: true });
});

it('of a film in object storage, they are made from a copy that is removed, and stay in the library', async () => {
  const { files } = await storedLibrary({ REELKEEP_PICTURES: '1' });
  await addFilm('a');
  expect(files()).toEqual([]);
  let copy = Buffer.alloc(0);
  const look = async (path: string) => {
    copy = readFileSync(path);
  };
  await finishMediaPictures(fakeDraw(look));
  expect(copy).toEqual(Buffer.from(film));
  expect(files()).toEqual(pictureNames('a.mp4'));
  expect(await listMediaFilmsWithoutPictures()).toEqual([]);
});
