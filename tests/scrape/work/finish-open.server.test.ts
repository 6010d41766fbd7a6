import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { ROME, ScrapeCase } from '../../fixtures/scrape/scrape-case.ts';

describe('resuming', () => {
  it('finishes what was asked for, stored or to be removed, and clears up after the dead', async () => {
    const world = new ScrapeCase({ retryDelaysMs: [] });
    const wien = { ...ROME, videoId: 'wien' };
    await world.service.downloadAndStore(wien);
    await world.store.update('news/wien', (record) => record && { ...record, isRemoving: true });
    const put = world.assets.put;
    world.assets.put = () => Promise.reject(new ReelError('network', 'down'));
    await world.service.downloadAndStore({ ...ROME, videoId: 'oslo' });
    world.assets.put = put;
    const stop = new AbortController();
    world.downloader.script(ROME.url, { waits: new Promise<void>(() => {}) });
    const running = world.service.downloadAndStore(ROME, { signal: stop.signal });
    await expect.poll(() => world.downloader.running).toBe(1);
    stop.abort();
    await running;
    mkdirSync(join(world.folder, '.downloads', 'news~rome~77'));

    expect(await world.process().resume()).toEqual({ stored: 2, skipped: 0, failed: [] });
    expect(Object.keys(await world.stored())).toEqual(['news/oslo/video.mp4', 'news/rome/video.mp4']);
    expect(world.store.listSync().map(({ videoId }) => videoId)).toEqual(['oslo', 'rome']);
    expect(world.downloads()).toEqual([]);
    expect(await world.process().resume()).toEqual({ stored: 0, skipped: 0, failed: [] });
  });

  it('leaves alone what another process works on, what has failed, and what is not out yet', async () => {
    const world = new ScrapeCase({ retryDelaysMs: [] });
    world.downloader.script(ROME.url, { waits: new Promise<void>(() => {}) });
    void world.service.downloadAndStore(ROME);
    const gone = { ...ROME, videoId: 'gone', url: 'https://films.example/gone' };
    world.downloader.script(gone.url, { fails: 'not-found' });
    await world.service.downloadAndStore(gone);
    const live = { ...ROME, videoId: 'live', url: 'https://films.example/live' };
    const options = { retryable: true, retryAfterMs: 3_600_000 };
    world.downloader.script(live.url, { fails: 'rejected', options });
    await world.service.downloadAndStore(live);
    await expect.poll(() => world.downloader.calls).toHaveLength(3);
    expect(await world.process().resume()).toEqual({ stored: 0, skipped: 0, failed: [] });
    expect(world.downloader.calls).toHaveLength(3);
    // Once it is out, it is had.
    world.clock.set(world.clock.now() + 3_600_001);
    await world.store.update('news/rome', () => undefined);
    expect(await world.process().resume()).toEqual({ stored: 1, skipped: 0, failed: [] });
  });
});

describe('removing one film', () => {
  it('removes it with its record, also where it is missing from the store', async () => {
    const world = new ScrapeCase();
    const oslo = { ...ROME, videoId: 'oslo' };
    for (const film of [ROME, oslo]) await world.service.downloadAndStore(film);
    await world.assets.remove('news/oslo/video.mp4');
    expect(await world.service.removeScrapedVideo('news', 'rome')).toMatchObject({ videoId: 'rome' });
    expect(await world.service.removeScrapedVideo('news', 'oslo')).toMatchObject({ videoId: 'oslo' });
    expect(world.store.listSync()).toEqual([]);
    expect(await world.stored()).toEqual({});
    await expect(world.service.removeScrapedVideo('news', 'oslo')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('does not remove what is not the film on record, nor what another process works on', async () => {
    const world = new ScrapeCase();
    await world.service.downloadAndStore(ROME);
    const stat = world.assets.stat.bind(world.assets);
    world.assets.stat = async (name) => {
      const found = await stat(name);
      return found && { ...found, sizeBytes: 1 };
    };
    await expect(world.service.removeScrapedVideo('news', 'rome')).rejects.toMatchObject({ code: 'integrity' });
    world.assets.stat = stat;
    world.downloader.script(ROME.url, { waits: new Promise<void>(() => {}) });
    void world.process().downloadAndStore(ROME, { force: true });
    await expect.poll(() => world.downloader.running).toBe(1);
    await expect(world.service.removeScrapedVideo('news', 'rome')).rejects.toMatchObject({ code: 'busy' });
    expect(Object.keys(await world.stored())).toEqual(['news/rome/video.mp4']);
  });
});
