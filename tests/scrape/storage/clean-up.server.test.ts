import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { ROME, ScrapeCase } from '../../fixtures/scrape/scrape-case.ts';

const FILMS = ['oslo', 'rome', 'wien'].map((videoId) => ({ ...ROME, videoId }));
const names = (videos: ReadonlyArray<{ videoId: string }>) => videos.map(({ videoId }) => videoId);

/** Films that were stored a day apart from each other. */
async function library() {
  const world = new ScrapeCase();
  for (const film of FILMS) {
    await world.service.downloadAndStore(film);
    await world.clock.advance(24 * 3_600_000);
  }
  return world;
}

describe('cleaning up', () => {
  it('removes films in the store and on record, and says what that frees', async () => {
    const world = await library();
    const result = await world.service.cleanUp({ keepPerChannel: 1 });
    expect(names(result.removed)).toEqual(['oslo', 'rome']);
    expect(result).toMatchObject({ bytes: 2 * `film of ${ROME.url}`.length, notes: [] });
    expect(Object.keys(await world.stored())).toEqual(['news/wien/video.mp4']);
    expect(names(world.store.listSync())).toEqual(['wien']);
  });

  it('with a dry run removes nothing, and says the same', async () => {
    const world = await library();
    const planned = await world.service.cleanUp({ olderThanDays: 1.5, dryRun: true });
    expect(Object.keys(await world.stored())).toHaveLength(3);
    expect(await world.service.cleanUp({ olderThanDays: 1.5 })).toEqual(planned);
    expect(names(planned.removed)).toEqual(['oslo', 'rome']);
  });

  it('removes what a dry run has listed, although the rule names more by now, and leaves what is another film by now', async () => {
    const world = await library();
    const rule = { olderThanDays: 1.5 };
    const listed = (await world.service.cleanUp({ ...rule, dryRun: true })).removed;
    await world.clock.advance(24 * 3_600_000);
    await world.service.downloadAndStore({ ...ROME, videoId: 'oslo' }, { force: true });
    const result = await world.service.cleanUp(rule, listed);
    expect(names(result.removed)).toEqual(['rome']);
    expect(result.notes).toEqual([expect.stringContaining('news/oslo was left alone')]);
    expect(names(world.store.listSync())).toEqual(['oslo', 'wien']);
    expect(names((await world.service.cleanUp(rule)).removed)).toEqual(['wien']);
  });

  it.each<[string, (world: ScrapeCase) => Promise<unknown>, RegExp]>([
    ['is gone', (world) => world.assets.remove('news/rome/video.mp4'), /is not there/],
    [
      'is another one',
      async (world) => {
        const stat = world.assets.stat.bind(world.assets);
        world.assets.stat = async (name) => {
          const found = await stat(name);
          return found && name.includes('rome') ? { ...found, sizeBytes: 1 } : found;
        };
      },
      /another size/,
    ],
    [
      'may not be looked at',
      async (world) => {
        const stat = world.assets.stat.bind(world.assets);
        world.assets.stat = (name) =>
          name.includes('rome') ? Promise.reject(new ReelError('auth', 'forbidden')) : stat(name);
      },
      /forbidden/,
    ],
  ])('stops at the first film that %s', async (_what, disturb, reason) => {
    const world = await library();
    await disturb(world);
    const result = await world.service.cleanUp({ keepPerChannel: 0 });
    expect(names(result.removed)).toEqual(['oslo']);
    expect(result.stopped).toMatchObject({ videoId: 'rome', reason: expect.stringMatching(reason) });
    expect(names(world.store.listSync())).toEqual(['rome', 'wien']);
    expect(world.record()?.lease).toBeUndefined();
    expect(Object.keys(await world.stored())).toContain('news/wien/video.mp4');
  });

  it('leaves alone what another process works on', async () => {
    const world = await library();
    world.downloader.script(ROME.url, { waits: new Promise<void>(() => {}) });
    void world.process().downloadAndStore(ROME, { force: true });
    await expect.poll(() => world.downloader.running).toBe(1);
    const result = await world.service.cleanUp({ keepPerChannel: 0 });
    expect(names(result.removed)).toEqual(['oslo', 'wien']);
    expect(result.notes).toEqual([expect.stringContaining('news/rome')]);
  });

  it('that was killed halfway is finished by whoever wants the film next', async () => {
    const world = await library();
    const remove = world.assets.remove.bind(world.assets);
    world.assets.remove = async (name) => {
      await remove(name);
      const { lease } = world.record({ channelId: 'news', videoId: 'oslo' }) ?? {};
      world.dead.add(lease?.owner ?? '');
      return new Promise<never>(() => {});
    };
    void world.service.cleanUp({ keepPerChannel: 2 });
    await expect.poll(() => world.dead.size).toBe(1);
    world.assets.remove = remove;
    const again = await world.process().cleanUp({ keepPerChannel: 2 });
    expect(names(again.removed)).toEqual(['oslo']);
    expect(names(world.store.listSync())).toEqual(['rome', 'wien']);
  });
});

describe('cleaning up a bucket that may keep former versions', () => {
  async function versioned(areKept: boolean | undefined) {
    const world = await library();
    const removed: string[] = [];
    Object.assign(world.assets, {
      versions: {
        areKept: async () => areKept,
        usage: async () => ({ versions: 0, bytes: 0 }),
        removeAll: async (name: string) => {
          removed.push(name);
          await world.assets.remove(name);
          return { bytes: 1 };
        },
      },
    });
    return { world, removed };
  }

  it('frees nothing, and says why', async () => {
    const { world, removed } = await versioned(true);
    const result = await world.service.cleanUp({ keepPerChannel: 2 });
    expect(result).toMatchObject({ bytes: 0, notes: [expect.stringMatching(/remain in the store and are paid for/)] });
    expect(removed).toEqual([]);
  });

  it('frees it all when asked for it', async () => {
    const { world, removed } = await versioned(true);
    const result = await world.service.cleanUp({ keepPerChannel: 2, removeVersions: true });
    expect(result).toMatchObject({ bytes: `film of ${ROME.url}`.length, notes: [] });
    expect(removed).toEqual(['news/oslo/video.mp4']);
  });

  it.each([
    [undefined, [expect.stringMatching(/does not say/)]],
    [false, []],
  ])('where versions are kept is %j notes %j', async (areKept, notes) => {
    const { world } = await versioned(areKept);
    const result = await world.service.cleanUp({ keepPerChannel: 2 });
    expect(result).toMatchObject({ bytes: `film of ${ROME.url}`.length, notes });
  });
});
