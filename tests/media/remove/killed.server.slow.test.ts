import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import {
  addMediaItem,
  adoptFiles,
  deleteMediaItem,
  deleteProject,
  listDeletedItems,
  listMediaItems,
  restoreMediaItem,
  restoreProject,
  saveAllToDisk,
  saveVideoToDisk,
} from '#lib/media/index.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { Child } from '../../fixtures/processes/child.ts';

const film = Buffer.from(await makeMp4({ sizeBytes: 4000 }));
/** Between two of these, nothing changes that anybody could find later. */
const CHANGES = /rename|rm|mkdir|link/;

async function addFilm(projectId: string): Promise<void> {
  const saved = await saveVideoToDisk({ projectId, fileName: 'film.mp4', fileData: film });
  if (!saved.success) throw new Error(saved.error);
  await addMediaItem(projectId, { id: 'film', localPath: saved.localPath, fileSize: saved.sizeBytes });
}

const start = (...words: string[]) => new Child('media/delete-child.ts', words);

it.each([
  ['delete', async () => {}],
  ['undo', (projectId: string) => deleteMediaItem(projectId, 'film')],
  ['delete-project', async () => {}],
  ['undo-project', (projectId: string) => deleteProject(projectId)],
])('killed amid %s, an item is there or can be brought back, once, with its film', async (act, before) => {
  const { root } = mediaProject();
  // From then on, there is a trash.
  await addFilm('first');
  await deleteProject('first');
  await addFilm('whole');
  await before('whole');
  const whole = start(act, 'whole');
  const calls = z.array(z.string()).parse(JSON.parse((await whole.line()) ?? ''));
  const moments = calls.flatMap((name, index) => (CHANGES.test(name) ? [index + 1] : []));
  expect(moments.length).toBeGreaterThan(2);
  for (const nth of moments) {
    const projectId = `p${nth}`;
    await addFilm(projectId);
    await before(projectId);
    expect(await start(act, projectId, String(nth)).exit, `call ${nth}`).toBe('SIGKILL');
    // What comes next completes what was left.
    await saveAllToDisk(projectId);
    const isThere = (await listMediaItems(projectId)).length > 0;
    if (!isThere && (await listDeletedItems(projectId)).length > 0) await restoreMediaItem(projectId, 'film');
    else if (!isThere) await restoreProject(projectId);
    expect(await listMediaItems(projectId), `call ${nth}`).toMatchObject([{ id: 'film', localState: 'here' }]);
    const videos = join(root, 'projects', projectId, 'videos');
    const files = readdirSync(videos);
    expect([nth, files, readFileSync(join(videos, files[0] ?? '')).equals(film)]).toEqual([nth, ['film.mp4'], true]);
  }
});

it.each([
  ['start of the app', () => adoptFiles()],
  ['undo', (projectId: string) => restoreMediaItem(projectId, 'film')],
])('killed amid an undo whose name was taken by another film, both are there, by the next %s', async (_what, next) => {
  const { root } = mediaProject();
  const given = async (projectId: string) => {
    await addFilm(projectId);
    await deleteMediaItem(projectId, 'film');
    const saved = await saveVideoToDisk({ projectId, fileName: 'film.mp4', fileData: film });
    await addMediaItem(projectId, { id: 'other', localPath: saved.success ? saved.localPath : '' });
  };
  await given('whole');
  const calls = z.array(z.string()).parse(JSON.parse((await start('undo', 'whole').line()) ?? ''));
  const moments = calls.flatMap((name, index) => (CHANGES.test(name) ? [index + 1] : []));
  for (const nth of moments) {
    const projectId = `p${nth}`;
    await given(projectId);
    expect(await start('undo', projectId, String(nth)).exit, `call ${nth}`).toBe('SIGKILL');
    const wasThere = (await listMediaItems(projectId)).length === 2;
    const isMoved = readdirSync(join(root, 'projects', projectId, 'videos')).length === 2;
    if (!wasThere) await next(projectId);
    if ((await listMediaItems(projectId)).length === 1) {
      expect(isMoved, `call ${nth}`).toBe(false);
      await restoreMediaItem(projectId, 'film');
    }
    const items = (await listMediaItems(projectId)).map(({ id, localState, localPath }) => ({
      id,
      localState,
      localPath,
    }));
    const videos = `projects/${projectId}/videos`;
    expect([nth, items.sort((one, two) => one.id.localeCompare(two.id))]).toEqual([
      nth,
      [
        { id: 'film', localState: 'here', localPath: `${videos}/film-2.mp4` },
        { id: 'other', localState: 'here', localPath: `${videos}/film.mp4` },
      ],
    ]);
    expect(readdirSync(join(root, videos)).sort()).toEqual(['film-2.mp4', 'film.mp4']);
  }
});
