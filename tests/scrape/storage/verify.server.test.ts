import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { sha256Of } from '../../fixtures/scrape/fake-downloader.ts';
import { ROME, ScrapeCase } from '../../fixtures/scrape/scrape-case.ts';

const OSLO = { ...ROME, videoId: 'oslo' };
const NAME = 'news/rome/video.mp4';

async function library() {
  const world = new ScrapeCase();
  for (const film of [OSLO, ROME]) await world.service.downloadAndStore(film);
  return world;
}

describe('verifying', () => {
  it('finds all well, one film after the other', async () => {
    const world = await library();
    const seen: unknown[] = [];
    const result = await world.service.verifyStorage({
      checkContent: true,
      onProgress: (progress) => seen.push(progress),
    });
    expect(result).toEqual({ checked: 2, intact: 2, problems: [], unrecorded: [], notes: [] });
    expect(seen).toEqual([
      { checked: 1, total: 2 },
      { checked: 2, total: 2 },
    ]);
  });

  it('finds what is missing, and what no record knows', async () => {
    const world = await library();
    await world.assets.remove(NAME);
    await world.store.update('news/oslo', () => undefined);
    const result = await world.service.verifyStorage();
    expect(result).toMatchObject({ checked: 1, intact: 0 });
    expect(result.problems).toMatchObject([{ channelId: 'news', videoId: 'rome', name: NAME, kind: 'missing' }]);
    expect(result.unrecorded).toEqual([{ name: 'news/oslo/video.mp4', sizeBytes: `film of ${ROME.url}`.length }]);
    // Only looked at.
    expect(Object.keys(await world.stored())).toEqual(['news/oslo/video.mp4']);
    expect(world.record()?.stored).toBeDefined();
  });

  it('misses the pictures of a film, unless they are still to be made', async () => {
    const world = await library();
    const pictureObjects = [{ location: world.assets.location, name: 'news/rome/video.poster.webp', sizeBytes: 9 }];
    const withPictures = (pictures: { isDue?: boolean }) =>
      world.store.update('news/rome', (record) => record && { ...record, pictures, pictureObjects });
    await withPictures({});
    const { intact, problems } = await world.service.verifyStorage();
    expect([intact, problems]).toMatchObject([1, [{ kind: 'missing', isPicture: true }]]);
    await withPictures({ isDue: true });
    expect(await world.service.verifyStorage()).toMatchObject({ intact: 2, problems: [] });
  });

  it('reads the content only when asked to', async () => {
    const world = await library();
    const other = 'x'.repeat(`film of ${ROME.url}`.length);
    // As a store that keeps the checksum of what was once stored.
    world.assets.open = async () => new Response(other).body ?? new ReadableStream();
    expect((await world.service.verifyStorage()).problems).toEqual([]);
    const { problems } = await world.service.verifyStorage({ checkContent: true, channelId: 'news' });
    expect(problems.map(({ kind }) => kind)).toEqual(['other-content', 'other-content']);
  });

  it('sees another content by the checksum that the store keeps', async () => {
    const world = await library();
    const stat = world.assets.stat.bind(world.assets);
    world.assets.stat = async (name) => {
      const found = await stat(name);
      return found && name === NAME ? { ...found, sha256: sha256Of('other') } : found;
    };
    expect((await world.service.verifyStorage()).problems).toMatchObject([{ name: NAME, kind: 'other-content' }]);
  });

  it('knows nothing of what it may not look at', async () => {
    const world = await library();
    world.assets.stat = () => Promise.reject(new ReelError('auth', 'forbidden'));
    world.assets.list = async function* () {
      yield* [];
      throw new ReelError('auth', 'no right to list');
    };
    const result = await world.service.verifyStorage();
    expect(result.problems.map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
    expect(result.notes).toEqual([expect.stringContaining('no right to list')]);
  });

  it('ends with the store', async () => {
    const world = await library();
    world.assets.stat = () => Promise.reject(new ReelError('network', 'no connection'));
    await expect(world.service.verifyStorage()).rejects.toMatchObject({ code: 'network' });
  });
});
