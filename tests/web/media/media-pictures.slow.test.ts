import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { addMediaItem, finishMediaPictures, saveVideoToDisk } from '#lib/media/index.ts';
import { makePictures } from '#lib/pictures/index.ts';
import { serveMediaPicture } from '#lib/web/media/media-files.server.ts';
import { mediaItems } from '#lib/web/media/media-list.server.ts';
import { pictureNames } from '../../fixtures/media/fake-draw.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { storedLibrary } from '../../fixtures/media/stored-library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { describeWithFfmpeg, makeFilm } from '../../fixtures/pictures/films.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const NAME = 'Harbour #1.mp4';
const realFilm = () => readFileSync(makeFilm(join(temporaryFolder(), 'film.mp4'), { size: '1280x720' }));

async function addFilm(fileData: Uint8Array, id = 'one') {
  const saved = await saveVideoToDisk({ projectId: 'p', fileName: NAME, fileData });
  if (!saved.success) throw new Error(saved.error);
  const { localPath, sizeBytes: fileSize, sha256, durationSeconds: duration } = saved;
  return addMediaItem('p', { id, localPath, fileSize, sha256, ...(duration !== undefined && { duration }) });
}

const view = async () => (await mediaItems('p', new URL('http://localhost/'))).items[0];

/** As the app answers for an address. */
function get(address = '') {
  const url = new URL(address, 'http://localhost');
  const [, , , projectId = '', itemId = '', name = ''] = url.pathname.split('/').map(decodeURIComponent);
  return serveMediaPicture({ projectId, itemId, name }, new Request(url), url);
}

describeWithFfmpeg('the pictures of a film in the library', () => {
  it('are beside it, and a page gets their addresses, which may be kept by one visitor', async () => {
    const { root } = mediaProject({ REELKEEP_PICTURES: '1' });
    await addFilm(realFilm());
    expect(await view()).toMatchObject({ picturesDue: true });
    expect(await view()).not.toHaveProperty('pictures');
    expect(await finishMediaPictures(makePictures)).toMatchObject([{ missing: [] }]);
    expect(readdirSync(join(root, 'projects/p/videos')).sort()).toEqual([NAME, ...pictureNames(NAME)]);
    const { pictures, ...item } = (await view()) ?? {};
    expect(item).not.toHaveProperty('picturesDue');
    expect(pictures).toMatchObject({
      ...{ poster: { width: 1280, height: 720 }, posterSmall: { width: 640, height: 360 } },
      sprites: { width: 800 },
    });
    const poster = await get(pictures?.posterSmall?.src);
    expect([poster.status, poster.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect(poster.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(
      Buffer.from(await poster.arrayBuffer())
        .subarray(8, 12)
        .toString(),
    ).toBe('WEBP');
    const index = await get(pictures?.sprites?.index);
    expect(index.headers.get('content-type')).toBe('text/vtt; charset=utf-8');
    // What the index refers to lies beside it.
    const [sheet = ''] = /^Harbour.*\.jpg/m.exec(await index.text()) ?? [];
    const beside = new URL(sheet, new URL(pictures?.sprites?.index ?? '', 'http://localhost'));
    const answer = await get(beside.pathname);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
    await answer.arrayBuffer();
  });

  it('are there for a film in object storage, too', async () => {
    const { files } = await storedLibrary({ REELKEEP_PICTURES: '1' });
    await addFilm(realFilm());
    await finishMediaPictures(makePictures);
    expect(files('p')).toEqual(pictureNames(NAME));
    const answer = await get((await view())?.pictures?.poster?.src);
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  });
});

it('a request draws nothing: what is not made is not there', async () => {
  const { root } = mediaProject({ REELKEEP_PICTURES: '1' });
  await addFilm(await makeMp4({ sizeBytes: 4000 }));
  for (const name of [...pictureNames(NAME), NAME, '../one']) {
    await expect(get(`/media/pictures/p/one/${encodeURIComponent(name)}`)).rejects.toMatchObject({
      problem: 'not-found',
    });
  }
  await expect(get('/media/pictures/p/other/x.webp')).rejects.toMatchObject({ problem: 'not-found' });
  expect(readdirSync(join(root, 'projects/p/videos'))).toEqual([NAME]);
});

it('a picture that is lost is not there', async () => {
  const { root, store } = mediaProject();
  await addFilm(await makeMp4({ sizeBytes: 4000 }));
  const poster = {
    name: `${NAME}.poster.webp`,
    sizeBytes: 3,
    sha256: 'x',
    mimeType: 'image/webp',
    width: 1,
    height: 1,
  };
  await store.update('p/one', (record) => record && { ...record, pictures: { poster } });
  rmSync(join(root, 'projects/p/videos', poster.name), { force: true });
  await expect(get((await view())?.pictures?.poster?.src)).rejects.toMatchObject({ problem: 'not-found' });
});

it.each([
  ['settings want none', { REELKEEP_PICTURES: '0' }],
  ['there is no ffmpeg', { REELKEEP_PICTURES: '1', PATH: '/nowhere' }],
])('no page waits for pictures where %s, and the film is complete', async (_why, settings) => {
  mediaProject(settings);
  await addFilm(await makeMp4({ sizeBytes: 4000 }));
  await finishMediaPictures(makePictures);
  expect(await view()).toMatchObject({ badge: 'on-disk' });
  expect(await view()).not.toHaveProperty('picturesDue');
  expect(await view()).not.toHaveProperty('pictures');
  vi.unstubAllEnvs();
});
