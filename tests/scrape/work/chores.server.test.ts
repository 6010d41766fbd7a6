import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { fakePictures } from '../../fixtures/scrape/fake-pictures.ts';
import { ROME, ScrapeCase } from '../../fixtures/scrape/scrape-case.ts';

const FILM = 'news/rome/video.mp4';
const CONTENT = `film of ${ROME.url}`;
const NAMES = ['poster.webp', 'poster-640.webp', 'sprites.jpg', 'sprites.vtt'].map((end) => `news/rome/video.${end}`);

const open = () => new ScrapeCase({ pictures: true, drawPictures: fakePictures() });

describe('the pictures of a stored film', () => {
  it('are stored beside it, counted apart, and found by their kind', async () => {
    const world = open();
    const result = await world.service.downloadAndStore(ROME);
    expect(Object.keys(await world.stored()).sort()).toEqual([FILM, ...NAMES].sort());
    const pictureBytes = NAMES.reduce((sum, name) => sum + `${name.slice(16)} of ${CONTENT}`.length, 0);
    expect(result).toMatchObject({
      record: {
        pictureBytes,
        pictures: {
          ...{ poster: { name: NAMES[0] }, posterSmall: { name: NAMES[1] } },
          ...{ spriteSheet: { name: NAMES[2] }, spriteIndex: { name: NAMES[3] } },
        },
      },
    });
    const { assets, ...poster } = (await world.service.findScrapedFile('news', 'rome', 'poster')) ?? {};
    expect(assets).toBe(world.assets);
    expect(poster).toMatchObject({ name: NAMES[0], mimeType: 'image/webp' });
    expect(await world.service.findScrapedFile('news', 'rome', 'film')).toMatchObject({ name: FILM });
    expect(await world.service.findScrapedFile('news', 'oslo', 'film')).toBeUndefined();
    expect(world.downloads()).toEqual([]);
  });

  it('go with it', async () => {
    const world = open();
    await world.service.downloadAndStore(ROME);
    const { bytes } = await world.service.cleanUp({ keepPerChannel: 0 });
    expect(bytes).toBeGreaterThan(CONTENT.length);
    expect(await world.stored()).toEqual({});
  });

  it('are replaced with it', async () => {
    const world = open();
    await world.service.downloadAndStore(ROME);
    world.downloader.deliver(ROME.url, 'another cut');
    await world.service.downloadAndStore(ROME, { force: true });
    const stored = await world.stored();
    expect(Object.keys(stored).every((name) => name.startsWith('news/rome/video~2.'))).toBe(true);
    expect(stored['news/rome/video~2.poster.webp']).toBe('poster.webp of another cut');
  });

  it('that cannot be made do not keep it from being stored, and are made later', async () => {
    const world = open();
    const failing = world.process({ drawPictures: () => Promise.reject(new ReelError('disk', 'no ffmpeg today')) });
    expect(await failing.downloadAndStore(ROME)).toMatchObject({ success: true });
    expect(world.record()?.pictures).toEqual({ isDue: true });
    expect(await world.service.findScrapedFile('news', 'rome', 'poster')).toBeUndefined();
    // The file is gone from here: it is read from the store.
    expect(await world.service.resume()).toMatchObject({ stored: 0, failed: [] });
    expect((await world.stored())[NAMES[0] ?? '']).toBe(`poster.webp of ${CONTENT}`);
    expect(world.downloads()).toEqual([]);
  });

  it('that a killed process has stored are replaced by those on record', async () => {
    const world = open();
    const put = world.assets.put.bind(world.assets);
    world.assets.put = async (name, ...call) => {
      const stored = await put(name, ...call);
      if (name !== NAMES[0]) return stored;
      world.dead.add(world.record()?.lease?.owner ?? '');
      return new Promise<never>(() => {});
    };
    void world.service.downloadAndStore(ROME);
    await expect.poll(() => world.dead.size).toBe(1);
    world.assets.put = put;
    await world.process({ drawPictures: fakePictures(' of a newer ffmpeg') }).resume();
    expect((await world.stored())[NAMES[0] ?? '']).toBe(`poster.webp of a newer ffmpeg of ${CONTENT}`);
    expect(world.record()?.pictures?.isDue).toBeUndefined();
  });
});
