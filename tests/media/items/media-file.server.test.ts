import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findMediaFile } from '#lib/media/index.ts';
import { saveVideoToDisk } from '#lib/media/save/save-video.server.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

const film = await makeMp4({ sizeBytes: 4000 });

async function savedFilm() {
  const { root } = mediaProject();
  const saved = await saveVideoToDisk({ projectId: 'p1', fileName: 'clip.mp4', fileData: film });
  expect(saved).toMatchObject({ success: true, localPath: 'projects/p1/videos/clip.mp4' });
  return { root, project: join(root, 'projects/p1') };
}

it('a file of a project is found by its name', async () => {
  const { project } = await savedFilm();
  expect(await findMediaFile('p1', 'clip.mp4')).toEqual({
    ...{ path: join(project, 'videos/clip.mp4'), sizeBytes: film.length, mimeType: 'video/mp4' },
  });
});

it.each(['other.mp4', 'clip.mp4.part', 'clip.mp4.part.json', '../p1/videos/clip.mp4'])(
  'nothing is found by the name %s',
  async (name) => {
    const { project } = await savedFilm();
    writeFileSync(join(project, 'videos/clip.mp4.part'), film);
    writeFileSync(join(project, 'videos/clip.mp4.part.json'), '{}');
    expect(await findMediaFile('p1', name)).toBeUndefined();
  },
);

it.each([
  ['the project', 'projects/p1'],
  ['its videos', 'projects/p1/videos'],
  ['the file', 'projects/p1/videos/clip.mp4'],
])('nothing is found by a link in the place of %s: it may lead anywhere', async (_what, place) => {
  const { root } = await savedFilm();
  const elsewhere = join(root, '../elsewhere');
  renameSync(join(root, place), elsewhere);
  symlinkSync(elsewhere, join(root, place));
  mkdirSync(join(root, 'projects'), { recursive: true });
  expect(await findMediaFile('p1', 'clip.mp4')).toBeUndefined();
});
