import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { addMediaItem, deleteProject, usableLibrary } from '#lib/media/index.ts';
import { mediaItems, mediaOverview } from '#lib/web/media/media-list.server.ts';
import { mediaItemsSchema, mediaOverviewSchema } from '#lib/web/media/media-view.ts';
import { mediaProject } from '../../fixtures/media/library.ts';

const MANAGER = { allowed: true, how: 'token' } as const;
const url = (query = '') => new URL(`http://localhost/api/media/p/items${query}`);

async function overview(access: Parameters<typeof mediaOverview>[0] = MANAGER) {
  return mediaOverviewSchema.parse(await mediaOverview(access));
}

describe('the media library', () => {
  it('is absent, ready, offline', async () => {
    const library = mediaProject();
    expect((await overview()).root).toEqual({ state: 'absent' });
    await usableLibrary(library);
    await addMediaItem('p', { id: 'a', fileSize: 3 });
    expect(await overview()).toMatchObject({
      root: { state: 'ready' },
      projects: [{ projectId: 'p', items: 1, localItems: 0, bytes: 0 }],
    });
    rmSync(join(library.root, '.reelkeep-media.json'));
    const away = await overview();
    expect([away.root.state, away.projects]).toEqual(['offline', []]);
    expect(away.root.problem).toContain(library.root);
  });

  it('lists a deleted project for a day', async () => {
    mediaProject();
    await addMediaItem('p', { id: 'a' });
    await deleteProject('p');
    const [project] = (await overview()).projects;
    expect(Date.parse(project?.deletedUntil ?? '')).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    vi.useFakeTimers({ now: Date.now() + 25 * 3_600_000, toFake: ['Date'] });
    expect((await overview()).projects).toEqual([]);
    vi.useRealTimers();
  });

  it('shows nothing to others', async () => {
    mediaProject({ FAL_KEY: 'key' });
    await addMediaItem('p', { id: 'a' });
    const access = { allowed: false, reason: 'Log in.', canLogIn: true } as const;
    expect(await overview(access)).toEqual({
      ...{ root: { state: 'absent' }, projects: [], access },
      generate: { available: false, sandbox: false, reason: 'Log in.', models: [] },
    });
  });

  it.each([
    [{}, { available: false, sandbox: false, reason: expect.stringContaining('FAL_KEY') }],
    [{ FAL_KEY: 'key' }, { available: true, sandbox: false }],
    [
      { FAL_KEY: 'key', FAL_QUEUE_BASE_URL: 'http://127.0.0.1:9/fal' },
      { available: true, sandbox: true },
    ],
  ])('says whether films can be made: %j', async (settings, expected) => {
    mediaProject(settings);
    expect((await overview()).generate).toMatchObject(expected);
  });
});

describe('the items of a project', () => {
  it('come in parts, as pages see them', async () => {
    mediaProject();
    for (const id of ['a', 'b'])
      await addMediaItem('p', { id, createdAt: 5, originalUrl: `https://cdn.example/${id}` });
    const first = mediaItemsSchema.parse(await mediaItems('p', url('?limit=1')));
    expect(first).toMatchObject({ items: [{ id: 'b', badge: 'remote', src: 'https://cdn.example/b' }], total: 2 });
    const rest = await mediaItems('p', url(`?cursor=${encodeURIComponent(first.nextCursor ?? '')}`));
    expect(rest.items.map(({ id }) => id)).toEqual(['a']);
  });

  it.each(['?limit=0', '?limit=1001', '?limit=x'])('refuses %s', async (query) => {
    mediaProject();
    await expect(mediaItems('p', url(query))).rejects.toMatchObject({ problem: 'invalid-input' });
  });

  it('says what is wrong with the id of a project', async () => {
    mediaProject();
    await expect(mediaItems('../x', url())).rejects.toMatchObject({
      ...{ problem: 'invalid-input', message: expect.stringContaining("cannot be a project's id") },
    });
  });
});
