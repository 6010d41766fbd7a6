import { expect, it } from 'vitest';
import { listScrapedFilmsWithoutPictures, makeScrapedPictures } from '#lib/scrape/index.ts';
import type { DrawPictures } from '#lib/scrape/work/context.ts';
import { fakePictures } from '../../fixtures/scrape/fake-pictures.ts';
import { ROME, ScrapeCase } from '../../fixtures/scrape/scrape-case.ts';

const FILM = { channelId: 'news', videoId: 'rome' };
const NAMES = ['poster-640.webp', 'poster.webp', 'sprites.jpg', 'sprites.vtt'].map((end) => `news/rome/video.${end}`);

/** A film that was stored without pictures. */
async function library() {
  const world = new ScrapeCase();
  await world.service.downloadAndStore(ROME);
  const { store, sites, assets, folder, clock } = world;
  const options = { store, sites, assets, folder, clock, every: () => () => {} };
  const list = (which = {}) => listScrapedFilmsWithoutPictures(which, options);
  const make = (drawPictures: DrawPictures = fakePictures()) =>
    makeScrapedPictures(FILM, {}, { ...options, drawPictures });
  const pictures = async () => Object.keys(await world.stored()).filter((name) => !name.endsWith('.mp4'));
  return { world, list, make, pictures };
}

it('are made of a film that was stored without, whatever the settings say of new ones', async () => {
  const { world, list, make, pictures } = await library();
  expect(await list()).toEqual([FILM]);
  expect(await make()).toMatchObject({ poster: { name: 'video.poster.webp' } });
  expect(await pictures()).toEqual(NAMES);
  expect(world.record()?.pictures?.filmSha256).toBe(world.record()?.stored?.sha256);
  expect(world.record()?.lease).toBeUndefined();
  expect(await list()).toEqual([]);
  expect(await list({ all: true })).toEqual([FILM]);
  expect(world.downloads()).toEqual([]);
});

it('are missing again where one is gone from the store, or has another size', async () => {
  const { world, list, make, pictures } = await library();
  await make();
  await world.assets.remove(NAMES[2] ?? '');
  expect(await list()).toEqual([FILM]);
  await make(fakePictures(' anew'));
  expect(await pictures()).toEqual(NAMES);
  expect(await world.contentOf(NAMES[0] ?? '')).toContain('poster-640.webp anew of');
  expect(await list()).toEqual([]);
});

it('stay where they cannot be made anew', async () => {
  const { world, make, pictures } = await library();
  await make();
  expect(await make(async () => ({ missing: ['No poster: ffmpeg was not found.'] }))).toMatchObject({
    ...{ poster: { name: 'video.poster.webp' }, missing: ['No poster: ffmpeg was not found.'] },
  });
  expect(await pictures()).toEqual(NAMES);
  expect(world.record()?.pictureObjects).toHaveLength(4);
  expect((await make())?.missing).toBeUndefined();
});

it('are not made of what is not stored, or in the hands of another process', async () => {
  const { world, list, make } = await library();
  await world.store.update('news/rome', (record) => record && { ...record, isRemoving: true });
  expect(await list()).toEqual([]);
  await expect(make()).rejects.toMatchObject({ code: 'busy' });
});
