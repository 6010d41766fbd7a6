import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '#lib/base/errors.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { ScrapeProgress, StoreResult } from '#lib/scrape/index.ts';
import { createMemoryAssets } from '#lib/stores/assets/memory-assets.ts';
import { sha256Of } from '../fixtures/scrape/fake-downloader.ts';
import { ROME, ScrapeCase } from '../fixtures/scrape/scrape-case.ts';

const NAME = 'news/rome/video.mp4';
const CONTENT = `film of ${ROME.url}`;

const film = (name: string, site = 'films.example') => ({
  ...{ url: `https://${site}/${name}`, channelId: 'news', videoId: name },
});

/** Kills whatever holds the film: nothing is released, and its lease is of a dead process. */
function kill(world: ScrapeCase): void {
  const { lease } = world.record() ?? {};
  if (lease) world.dead.add(lease.owner);
}

/** Starts a film in a process that never ends. */
async function underWay(world: ScrapeCase): Promise<void> {
  const forever = new Promise<void>(() => {});
  world.downloader.script(ROME.url, { waits: forever });
  void world.process().downloadAndStore(ROME);
  await expect.poll(() => world.downloader.running).toBe(1);
}

describe('downloadAndStore', () => {
  it('downloads a film, stores it under channel and id, and has all of it on record', async () => {
    const world = new ScrapeCase();
    const stages: string[] = [];
    const onProgress = ({ stage }: ScrapeProgress) => stages.push(stage);
    const result = await world.service.downloadAndStore(ROME, { onProgress });
    expect(result).toMatchObject({ success: true, skipped: false });
    expect(await world.stored()).toEqual({ [NAME]: CONTENT });
    expect(await world.service.getScrapedVideo('news', 'rome')).toEqual({
      ...{ channelId: 'news', videoId: 'rome', sourceUrl: ROME.url, title: `Title of ${ROME.url}`, notes: [] },
      ...{ createdAt: '2026-11-21T00:00:00.000Z', download_started_at: '2026-11-21T00:00:00.000Z' },
      ...{ download_completed_at: '2026-11-21T00:00:00.000Z', download_status: 'downloaded', download_attempts: 1 },
      ...{ download_url: `s3://films/scraped/${NAME}`, download_size: CONTENT.length },
      ...{ download_sha256: sha256Of(CONTENT), download_duration: 12.5, download_resolution: '1080p' },
      ...{ download_width: 1920, download_height: 1080, download_format: 'mp4', download_mime_type: 'video/mp4' },
      ...{ download_video_codec: 'avc1', download_audio_codec: 'aac', download_plays_everywhere: true },
      ...{ stored: { location: 's3://films/scraped', name: NAME }, pictureBytes: 0 },
      processing_jobs: [
        {
          ...{ attempt: 1, status: 'succeeded', stage: 'starting' },
          ...{ startedAt: '2026-11-21T00:00:00.000Z', endedAt: '2026-11-21T00:00:00.000Z' },
        },
      ],
    });
    expect(stages).toEqual(['probing', 'downloading', 'uploading', 'uploading']);
    expect(world.downloads()).toEqual([]);
    expect(world.record()?.lease).toBeUndefined();
  });

  it('skips what is stored and whole, without asking the site', async () => {
    const world = new ScrapeCase();
    await world.service.downloadAndStore(ROME);
    expect(await world.process().downloadAndStore(ROME)).toMatchObject({ success: true, skipped: true });
    expect(world.downloader.calls).toHaveLength(1);
  });

  it('stores anew what is missing from the store', async () => {
    const world = new ScrapeCase();
    await world.service.downloadAndStore(ROME);
    await world.assets.remove(NAME);
    expect(await world.service.downloadAndStore(ROME)).toMatchObject({ success: true, skipped: false });
    expect(await world.stored()).toEqual({ [NAME]: CONTENT });
  });

  it('downloads nothing again while the store does not say whether it is there', async () => {
    const memory = createMemoryAssets();
    const world = new ScrapeCase({ memory, retryDelaysMs: [] });
    await world.service.downloadAndStore(ROME);
    world.assets.stat = () => Promise.reject(new ReelError('network', 'no connection'));
    expect(await world.service.downloadAndStore(ROME)).toMatchObject({ success: false, code: 'network' });
    expect(world.downloader.calls).toHaveLength(1);
    expect(world.record()?.download_status).toBe('downloaded');
  });

  it('with force replaces a stored film by what it finds now, under a name of its own', async () => {
    const world = new ScrapeCase();
    await world.service.downloadAndStore(ROME);
    world.downloader.deliver(ROME.url, 'a longer cut of the same film');
    const result = await world.service.downloadAndStore(ROME, { force: true });
    expect(result).toMatchObject({
      success: true,
      skipped: false,
      record: { stored: { name: 'news/rome/video~2.mp4' } },
    });
    expect(await world.stored()).toEqual({ 'news/rome/video~2.mp4': 'a longer cut of the same film' });
  });

  it('with force keeps the stored film if there is no other', async () => {
    const world = new ScrapeCase();
    await world.service.downloadAndStore(ROME);
    world.downloader.script(ROME.url, { fails: 'not-found' });
    const result = await world.service.downloadAndStore(ROME, { force: true });
    expect(result).toMatchObject({ success: false, code: 'not-found', record: { download_status: 'downloaded' } });
    expect(await world.stored()).toEqual({ [NAME]: CONTENT });
  });

  it('never takes the name of a file that is not ours', async () => {
    const world = new ScrapeCase();
    const other = new ScrapeCase({ memory: world.assets });
    await other.service.downloadAndStore({ ...ROME, url: 'https://other.example/' });
    expect(await world.service.downloadAndStore(ROME)).toMatchObject({ success: true });
    expect(await world.stored()).toEqual({
      [NAME]: 'film of https://other.example/',
      'news/rome/video~1.mp4': CONTENT,
    });
  });

  it.each([
    ['../x', 'rome'],
    ['news', 'a/b'],
    ['', 'rome'],
    ['news', '.hidden'],
  ])('refuses the ids %j and %j', async (channelId, videoId) => {
    const world = new ScrapeCase();
    const result = await world.service.downloadAndStore({ ...ROME, channelId, videoId });
    expect(result).toMatchObject({ success: false, code: 'invalid-input', retryable: false });
    expect(world.store.listSync()).toEqual([]);
  });
});

describe('a film that cannot be had', () => {
  it.each<[ErrorCode, number, boolean]>([
    ['not-found', 1, false],
    ['rejected', 1, false],
    ['network', 4, true],
    ['timeout', 4, true],
  ])('for %s is tried %i times, 1, 2 and 4 s apart, and is then failed', async (code, tries, retryable) => {
    const world = new ScrapeCase();
    world.downloader.script(ROME.url, ...Array.from({ length: 4 }, () => ({ fails: code })));
    const result = await world.service.downloadAndStore(ROME);
    expect(result).toMatchObject({ success: false, code, retryable, error: `scripted ${code}` });
    expect(world.downloader.calls).toHaveLength(tries);
    expect(world.clock.waits).toEqual([1000, 2000, 4000].slice(0, tries - 1));
    expect(world.record()).toMatchObject({
      download_status: 'failed',
      download_attempts: tries,
      download_error_code: code,
    });
    expect(world.record()?.processing_jobs.map(({ status }) => status)).toEqual(Array(tries).fill('failed'));
    expect(await world.stored()).toEqual({});
  });

  it('is stored once it can be had, going on with what is there of it', async () => {
    const world = new ScrapeCase({ retryDelaysMs: [5] });
    world.downloader.script(ROME.url, { fails: 'network', after: 1 });
    expect(await world.service.downloadAndStore(ROME)).toMatchObject({ success: true });
    expect(world.clock.waits).toEqual([5]);
    expect(world.downloader.calls.map(({ found }) => found)).toEqual([undefined, 'film']);
    expect(world.record()?.download_attempts).toBe(2);
    expect(world.record()).not.toHaveProperty('download_error', expect.anything());
    expect(world.downloads()).toEqual([]);
  });

  it('because something is missing here is not failed itself', async () => {
    const world = new ScrapeCase();
    world.downloader.script(ROME.url, { fails: 'config', message: 'install yt-dlp' });
    expect(await world.service.downloadAndStore(ROME)).toMatchObject({ success: false, code: 'config' });
    expect(world.record()).toMatchObject({ download_status: 'pending', download_attempts: 0 });
  });
});

describe('a site that wants to be left alone', () => {
  const FILMS = Array.from({ length: 20 }, (_, index) => film(`f${index}`));
  const all = (world: ScrapeCase, films = FILMS) =>
    Promise.all(films.map((one) => world.service.downloadAndStore(one)));

  it.each([
    ['as long as it asks', 90_000, 90_000],
    ['a minute at first', undefined, 45_000],
  ])('pauses %s, is asked by one film alone after that, and all are stored', async (_what, retryAfterMs, pauseMs) => {
    const world = new ScrapeCase();
    world.downloader.script(FILMS[0]?.url ?? '', { fails: 'rate-limited', options: { retryAfterMs } });
    const startMs = world.clock.now();
    const results = await all(world);
    expect(results.filter(({ success }) => success)).toHaveLength(20);
    const calls = world.downloader.calls.map(({ url }) => url);
    // Two were asked for at first. The pause has cost none of them an attempt.
    expect(calls).toHaveLength(21);
    expect(world.clock.now() - startMs).toBeGreaterThanOrEqual(pauseMs);
    expect(world.store.listSync().map((record) => record.download_attempts)).toEqual(Array(20).fill(1));
    expect(world.sites.listSync()).toEqual([]);
  });

  async function paused(options: { concurrency?: number } = {}) {
    const world = new ScrapeCase({ auto: false, ...options });
    world.downloader.script(FILMS[0]?.url ?? '', { fails: 'rate-limited', options: { retryAfterMs: 600_000 } });
    const first = world.service.downloadAndStore(FILMS[0] ?? ROME);
    await expect.poll(() => world.clock.pending).toBe(1);
    return { world, first };
  }

  it('is not asked by any other film, nor by another process, in its pause', async () => {
    const { world, first } = await paused();
    const other = world.process();
    const others = FILMS.slice(1, 5).map((one) => other.downloadAndStore(one));
    await expect.poll(() => world.clock.pending).toBe(5);
    await world.clock.advance(599_999);
    expect(world.downloader.calls).toHaveLength(1);
    const { promise: answer, resolve } = Promise.withResolvers<void>();
    for (const { url } of FILMS.slice(0, 5)) world.downloader.script(url, { isSilent: answer });
    await world.clock.advance(1);
    await expect.poll(() => [world.downloader.calls.length, world.clock.pending]).toEqual([2, 4]);
    // Its first bytes open the site to all others.
    resolve();
    await expect.poll(() => world.sites.listSync()).toEqual([]);
    await world.clock.advance(1000);
    const results = await Promise.all([first, ...others]);
    expect(results.map(({ success }) => success)).toEqual(Array(5).fill(true));
  });

  it('does not hold up other sites, and takes no place', async () => {
    const { world, first } = await paused({ concurrency: 1 });
    const elsewhere = film('elsewhere', 'other.example');
    expect(await world.service.downloadAndStore(elsewhere)).toMatchObject({ success: true });
    await world.clock.advance(600_000);
    expect(await first).toMatchObject({ success: true });
  });

  it('that refuses again and again gets its films back, with no attempt spent', async () => {
    const world = new ScrapeCase({ mostRefusals: 3 });
    world.downloader.script(ROME.url, ...Array.from({ length: 3 }, () => ({ fails: 'rate-limited' as const })));
    const result = await world.service.downloadAndStore(ROME);
    expect(result).toMatchObject({ success: false, code: 'rate-limited', retryable: true });
    expect(world.record()).toMatchObject({ download_status: 'pending', download_attempts: 0 });
    // Longer each time: one minute, two.
    expect(world.clock.waits).toEqual([45_000, 90_000]);
  });
});

describe('several at once', () => {
  it('are at most as many as allowed', async () => {
    const world = new ScrapeCase({ concurrency: 3 });
    const films = Array.from({ length: 10 }, (_, index) => film(`f${index}`));
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const { url } of films) world.downloader.script(url, { waits: promise });
    const running = films.map((one) => world.service.downloadAndStore(one));
    await expect.poll(() => world.downloader.running).toBe(3);
    resolve();
    await Promise.all(running);
    expect(world.downloader.mostRunning).toBe(3);
  });

  it('of one film are one download, in this process and between two', async () => {
    const world = new ScrapeCase({ auto: false });
    const { promise, resolve } = Promise.withResolvers<void>();
    world.downloader.script(ROME.url, { waits: promise });
    const own = [1, 2].map(() => world.service.downloadAndStore(ROME));
    await expect.poll(() => world.downloader.running).toBe(1);
    const theirs = world.process().downloadAndStore(ROME);
    await expect.poll(() => world.clock.pending).toBe(1);
    resolve();
    expect((await Promise.all(own)).map(({ success }) => success)).toEqual([true, true]);
    await world.clock.advance(1000);
    expect(await theirs).toMatchObject({ success: true, skipped: true });
    expect(world.downloader.calls).toHaveLength(1);
    expect(await world.stored()).toEqual({ [NAME]: CONTENT });
  });

  it('of one film: the other process is told that it is busy, if it does not want to wait', async () => {
    const world = new ScrapeCase();
    const { promise, resolve } = Promise.withResolvers<void>();
    world.downloader.script(ROME.url, { waits: promise });
    const first = world.service.downloadAndStore(ROME);
    await expect.poll(() => world.downloader.running).toBe(1);
    const second = await world.process().downloadAndStore(ROME, { ifBusy: 'fail' });
    expect(second).toMatchObject({ success: false, code: 'busy', retryable: true });
    resolve();
    expect(await first).toMatchObject({ success: true });
  });
});

describe('a store that fails', () => {
  const failing = (world: ScrapeCase, ...codes: ErrorCode[]) => {
    const put = world.assets.put.bind(world.assets);
    world.assets.put = (...call) => {
      const code = codes.shift();
      return code ? Promise.reject(new ReelError(code, 'the store is down')) : put(...call);
    };
  };

  it.each<ErrorCode>(['network', 'timeout', 'rate-limited'])(
    'with %s costs no second download: the file is kept and stored by a later try',
    async (code) => {
      const world = new ScrapeCase();
      failing(world, code);
      expect(await world.service.downloadAndStore(ROME)).toMatchObject({ success: true });
      expect(world.downloader.calls).toHaveLength(1);
      expect(world.clock.waits).toEqual([1000]);
      // The site is not to blame.
      expect(world.sites.listSync()).toEqual([]);
    },
  );

  it('for longer leaves the file here, for whoever comes later', async () => {
    const world = new ScrapeCase({ retryDelaysMs: [] });
    failing(world, 'network');
    const result = await world.service.downloadAndStore(ROME);
    expect(result).toMatchObject({ success: false, code: 'network', record: { download_status: 'failed' } });
    expect(result).toMatchObject({ error: expect.stringContaining(join(world.folder, '.downloads', 'news~rome~1')) });
    expect(await world.process().downloadAndStore(ROME)).toMatchObject({ success: true });
    expect(world.downloader.calls).toHaveLength(1);
    expect(world.downloads()).toEqual([]);
  });

  it('for longer than the file is here costs another download', async () => {
    const world = new ScrapeCase({ retryDelaysMs: [] });
    failing(world, 'network');
    await world.service.downloadAndStore(ROME);
    rmSync(join(world.folder, '.downloads'), { recursive: true });
    expect(await world.process().downloadAndStore(ROME)).toMatchObject({ success: true });
    expect(world.downloader.calls).toHaveLength(2);
  });
});

describe('a process that ends', () => {
  it('at the word of its caller leaves what it has, and the next one goes on with it', async () => {
    const world = new ScrapeCase();
    const stop = new AbortController();
    world.downloader.script(ROME.url, { waits: new Promise<void>(() => {}) });
    const running = world.service.downloadAndStore(ROME, { signal: stop.signal });
    await expect.poll(() => world.downloader.running).toBe(1);
    stop.abort();
    expect(await running).toMatchObject({ success: false, code: 'aborted', record: { download_status: 'pending' } });
    expect(world.record()?.lease).toBeUndefined();
    expect(await world.process().downloadAndStore(ROME)).toMatchObject({ success: true });
    expect(world.downloader.calls.map(({ found }) => found)).toEqual([undefined, 'film']);
    expect(world.record()?.processing_jobs.map(({ status }) => status)).toEqual(['interrupted', 'succeeded']);
    expect(world.downloads()).toEqual([]);
  });

  it.each([
    ['killed', 'at once, by one that goes on with what it has', 'film'],
    ['stopped', 'once its lease is over, by one that does not touch its files', undefined],
  ])('as it was %s is followed %s', async (how, _what, found) => {
    const world = new ScrapeCase();
    await underWay(world);
    if (how === 'killed') kill(world);
    else await world.clock.advance(60_001);
    expect(await world.process().downloadAndStore(ROME)).toMatchObject({ success: true });
    expect(world.downloader.calls.map((call) => call.found)).toEqual([undefined, found]);
    expect(world.downloader.calls[0]?.folder).not.toBe(world.downloader.calls[1]?.folder);
    expect(world.record()?.processing_jobs.map(({ status }) => status)).toEqual(['interrupted', 'succeeded']);
    expect(world.downloads()).toEqual([]);
  });

  it.each(['before', 'after'] as const)('by a kill %s its file is stored costs no second download', async (moment) => {
    const world = new ScrapeCase();
    const put = world.assets.put.bind(world.assets);
    world.assets.put = async (...call) => {
      if (moment === 'after') await put(...call);
      kill(world);
      return new Promise<never>(() => {});
    };
    void world.service.downloadAndStore(ROME);
    await expect.poll(() => world.dead.size).toBe(1);
    world.assets.put = put;
    // In the second case also where the file was lost since.
    if (moment === 'after') rmSync(join(world.folder, '.downloads'), { recursive: true });
    expect(await world.process().downloadAndStore(ROME)).toMatchObject({ success: true });
    expect(world.downloader.calls).toHaveLength(1);
    expect(await world.stored()).toEqual({ [NAME]: CONTENT });
    expect(world.record()?.download_status).toBe('downloaded');
    for (const name of ['uploading', 'fetched', 'lease'] as const) expect(world.record()?.[name]).toBeUndefined();
  });

  it('by a kill after its file is stored leaves nothing behind where another file is wanted now', async () => {
    const world = new ScrapeCase();
    const put = world.assets.put.bind(world.assets);
    world.assets.put = async (...call) => {
      await put(...call);
      kill(world);
      return new Promise<never>(() => {});
    };
    void world.service.downloadAndStore(ROME);
    await expect.poll(() => world.dead.size).toBe(1);
    world.assets.put = put;
    const other = { ...ROME, url: 'https://films.example/longer-cut' };
    expect(await world.process().downloadAndStore(other)).toMatchObject({ success: true });
    expect(await world.stored()).toEqual({ [NAME]: `film of ${other.url}` });
    expect(world.downloads()).toEqual([]);
  });

  it('and comes back after another has taken over changes nothing any more', async () => {
    const world = new ScrapeCase();
    const { promise, resolve } = Promise.withResolvers<void>();
    world.downloader.script(ROME.url, { waits: promise });
    const first = world.service.downloadAndStore(ROME, { ifBusy: 'fail' });
    await expect.poll(() => world.downloader.running).toBe(1);
    kill(world);
    world.downloader.deliver(ROME.url, 'what the second one has found');
    expect(await world.process().downloadAndStore(ROME)).toMatchObject({ success: true });
    resolve();
    const late: StoreResult = await first;
    expect(late).toMatchObject({ success: false, code: 'busy' });
    expect(await world.stored()).toEqual({ [NAME]: 'what the second one has found' });
    expect(world.record()?.download_status).toBe('downloaded');
    expect(world.record()?.lease).toBeUndefined();
  });
});
