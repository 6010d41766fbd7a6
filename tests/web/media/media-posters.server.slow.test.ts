import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { addMediaItem, type SavedVideo, saveVideoToDisk } from '#lib/media/index.ts';
import { mediaItems } from '#lib/web/media/media-list.server.ts';
import { servePoster } from '#lib/web/media/media-posters.server.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { storedLibrary } from '../../fixtures/media/stored-library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { describeWithFfmpeg, makeFilm } from '../../fixtures/pictures/films.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

async function addFilm(id: string, fileData: Uint8Array): Promise<SavedVideo> {
  const saved = await saveVideoToDisk({ projectId: 'p', fileName: `${id}.mp4`, fileData });
  if (!saved.success) throw new Error(saved.error);
  const { localPath, sizeBytes: fileSize, durationSeconds: duration } = saved;
  await addMediaItem('p', { id, localPath, fileSize, ...(duration !== undefined && { duration }) });
  return saved;
}

function poster(itemId: string, method = 'GET'): Promise<Response> {
  const url = new URL(`http://localhost/media/posters/p/${itemId}`);
  return servePoster({ projectId: 'p', itemId }, new Request(url, { method }), url);
}

const realFilm = () => readFileSync(makeFilm(join(temporaryFolder(), 'film.mp4'), { size: '1280x720' }));

describeWithFfmpeg('the poster of a film in the library', () => {
  it('is drawn at the first look, small, and kept with the project', async () => {
    const { root } = mediaProject({ REELKEEP_PICTURES: '1' });
    await addFilm('one', realFilm());
    const [first, second] = await Promise.all([poster('one'), poster('one')]);
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect(first.headers.get('cache-control')).toMatch(/^private/);
    const bytes = Buffer.from(await first.arrayBuffer());
    expect(bytes.subarray(8, 12).toString()).toBe('WEBP');
    expect(Buffer.from(await second.arrayBuffer())).toEqual(bytes);
    const made = readdirSync(join(root, 'projects/p/pictures'));
    expect(made.map((name) => name.replace(/^[0-9a-f]+/, ''))).toEqual(['.poster-640.webp', '.poster.webp']);
    // Kept: it needs ffmpeg no more.
    expect((await poster('one', 'HEAD')).headers.get('content-length')).toBe(String(bytes.length));
  });

  it('is drawn of one in object storage, too', async () => {
    const { files, library } = await storedLibrary({ REELKEEP_PICTURES: '1' });
    await addFilm('one', realFilm());
    expect(files('p')).toEqual([]);
    const first = await poster('one');
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'image/webp']);
    await first.arrayBuffer();
    // The copy that was made for ffmpeg is gone.
    const made = readdirSync(join(library.root, 'projects/p/pictures'));
    expect(made.map((name) => name.replace(/^[0-9a-f]+/, ''))).toEqual(['.poster-640.webp', '.poster.webp']);
  });

  it('is drawn anew when the item has another file', async () => {
    const { root } = mediaProject({ REELKEEP_PICTURES: '1' });
    await addFilm('one', realFilm());
    await (await poster('one')).arrayBuffer();
    await addFilm('one', realFilm());
    await (await poster('one')).arrayBuffer();
    expect(readdirSync(join(root, 'projects/p/pictures'))).toHaveLength(4);
  });

  it('is none of a film that cannot be drawn, that is gone, or that is not there', async () => {
    const { root } = mediaProject({ REELKEEP_PICTURES: '1' });
    await addFilm('noise', await makeMp4({ sizeBytes: 4000 }));
    await expect(poster('noise')).rejects.toMatchObject({ problem: 'not-found' });
    const { localPath } = await addFilm('gone', await makeMp4({ sizeBytes: 4000 }));
    rmSync(join(root, localPath));
    for (const id of ['gone', 'other']) await expect(poster(id)).rejects.toMatchObject({ problem: 'not-found' });
  });
});

it.each([
  ['settings want none', { REELKEEP_PICTURES: '0' }],
  ['there is no ffmpeg', { REELKEEP_PICTURES: '1', PATH: '/nowhere' }],
])('there is no poster, and no page asks for one, where %s', async (_why, settings) => {
  mediaProject(settings);
  onTestFinished(() => void vi.unstubAllEnvs());
  await addFilm('one', await makeMp4({ sizeBytes: 4000 }));
  await expect(poster('one')).rejects.toMatchObject({ problem: 'not-found' });
  const { items } = await mediaItems('p', new URL('http://localhost/'));
  expect(items[0]).not.toHaveProperty('posterSrc');
});
