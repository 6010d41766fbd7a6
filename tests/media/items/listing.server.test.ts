import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addMediaItem, deleteProject, pageOfItems, saveVideoToDisk, summarizeProjects } from '#lib/media/index.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

const film = await makeMp4({ sizeBytes: 4000 });

async function addFilm(projectId: string, id: string) {
  const saved = await saveVideoToDisk({ projectId, fileName: `${id}.mp4`, fileData: film });
  if (!saved.success) throw new Error(saved.error);
  return addMediaItem(projectId, { id, localPath: saved.localPath, fileSize: saved.sizeBytes });
}

describe('the projects', () => {
  it('are summed up, deleted ones with the end of their undo', async () => {
    mediaProject();
    const clock = new FakeClock();
    await addFilm('b', 'one');
    await addMediaItem('b', { id: 'two', originalUrl: 'https://cdn.example/2.mp4', fileSize: 7 });
    await addFilm('a', 'three');
    await deleteProject('a', { clock });
    expect(await summarizeProjects()).toEqual([
      { projectId: 'a', items: 1, localItems: 1, bytes: film.length, deletedUntilMs: clock.now() + 24 * 3_600_000 },
      { projectId: 'b', items: 2, localItems: 1, bytes: film.length },
    ]);
    await addFilm('a', 'four');
    expect((await summarizeProjects())[0]).toEqual({ projectId: 'a', items: 1, localItems: 1, bytes: film.length });
  });

  it('are none without a library', async () => {
    mediaProject();
    expect(await summarizeProjects()).toEqual([]);
    expect(await pageOfItems('a', { limit: 10 })).toEqual({ items: [], total: 0 });
  });
});

describe('the items of a project', () => {
  it('come in parts, the newest first, also when some come or go meanwhile', async () => {
    mediaProject();
    for (const id of ['a', 'b', 'c', 'd', 'e']) await addMediaItem('p', { id, createdAt: id === 'e' ? 90 : 1000 });
    await addMediaItem('p2', { id: 'other' });
    const first = await pageOfItems('p', { limit: 2 });
    expect([first.items.map(({ id }) => id), first.total]).toEqual([['d', 'c'], 5]);
    await addMediaItem('p', { id: 'newer', createdAt: 2000 });
    const second = await pageOfItems('p', { limit: 2, cursor: first.nextCursor });
    expect(second.items.map(({ id }) => id)).toEqual(['b', 'a']);
    const last = await pageOfItems('p', { limit: 2, cursor: second.nextCursor });
    expect([last.items.map(({ id }) => id), last.nextCursor, last.total]).toEqual([['e'], undefined, 6]);
  });

  it('have the state of their files', async () => {
    const { root } = mediaProject();
    const { localPath = '' } = await addFilm('p', 'one');
    expect((await pageOfItems('p', { limit: 1 })).items).toMatchObject([{ localState: 'here' }]);
    rmSync(join(root, localPath));
    expect((await pageOfItems('p', { limit: 1 })).items).toMatchObject([{ localState: 'missing' }]);
    rmSync(join(root, '.reelkeep-media.json'));
    await expect(pageOfItems('p', { limit: 1 })).rejects.toMatchObject({ code: 'disk' });
  });
});
