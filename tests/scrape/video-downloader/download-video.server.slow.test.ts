import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VideoProgress } from '#lib/scrape/video-downloader/types.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { makeWebm } from '../../fixtures/media-files.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { Child } from '../../fixtures/processes/child.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { expectGone, films, page, stay, world } from '../../fixtures/yt-dlp/world.ts';

// With a stand-in for yt-dlp, for what the real one does seldom or elsewhere; `real-yt-dlp.slow.test.ts` has the real one.

describe('a video', () => {
  it('is fetched, checked and described', async () => {
    const told = { title: 'A film', timestamp: 1_700_000_000, webpage_url: 'https://site.example/watch?v=1' };
    const { download, bytes, folder } = await world({ pages: [page({ ...told, vcodec: 'avc1', acodec: 'mp4a' })] });
    const progress: VideoProgress[] = [];
    const video = await download({}, { onProgress: (one) => progress.push(one) });
    expect(video).toMatchObject({
      ...{ path: join(folder, 'video.0.mp4'), sizeBytes: bytes.length, container: 'mp4', mimeType: 'video/mp4' },
      ...{ width: 320, height: 180, durationSeconds: 2, videoCodec: 'avc1.42c00d', audioCodec: 'mp4a.40.2' },
      ...{ resolution: '180p', playsEverywhere: true, title: 'A film', sourceId: 'a', extractor: 'Site' },
      ...{ sourceUrl: 'https://site.example/watch?v=1', uploadedAt: '2023-11-14T22:13:20.000Z' },
    });
    expect(readFileSync(video.path)).toEqual(bytes);
    expect([...new Set(progress.map(({ stage }) => stage))]).toEqual(['probing', 'downloading', 'verifying']);
    expect(progress.at(-1)?.bytesReceived).toBe(bytes.length);
  });

  it('of another kind is stored, too, and marked', async () => {
    const { download } = await world({}, { film: await makeWebm() });
    expect(await download()).toMatchObject({ container: 'webm', extension: 'webm', playsEverywhere: false });
  });

  it('leaves nothing that may hold cookies or signed links', async () => {
    const { download, folder } = await world({ pages: [page({ url: 'https://cdn.example/a?sig=SECRET' })] });
    await download();
    const texts = readdirSync(folder).filter((name) => /\.(json|txt)$/.test(name));
    expect(texts.map((name) => readFileSync(join(folder, name), 'utf8')).join()).not.toContain('SECRET');
  });

  it('is reported however the listener behaves', async () => {
    const { download } = await world();
    const onProgress = () => {
      throw new Error('listener');
    };
    await expect(download({}, { onProgress })).resolves.toMatchObject({ container: 'mp4' });
  });
});

describe('a file that is not what was announced', () => {
  it('is refused without its sound, and not continued', async () => {
    const film = await makeMp4({ audio: false });
    const { download, folder } = await world({ pages: [page({ acodec: 'mp4a.40.2' })] }, { film });
    await expect(download()).rejects.toMatchObject({ code: 'integrity', message: expect.stringContaining('sound') });
    expect(films(folder)).toEqual([]);
  });

  it('is refused when it is damaged, and not continued', async () => {
    const film = (await makeMp4({ sizeBytes: 50_000 })).subarray(0, 40_000);
    const { download, folder } = await world({}, { film });
    await expect(download()).rejects.toMatchObject({ code: 'not-a-video' });
    expect(films(folder)).toEqual([]);
  });

  it('is refused when it is a page', async () => {
    const { download } = await world({}, { film: Buffer.from('<!doctype html><title>Please log in</title>') });
    await expect(download()).rejects.toMatchObject({ code: 'not-a-video' });
  });
});

describe('what is refused before anything is fetched', () => {
  it.each<[string, object, object]>([
    ['a live stream', { live_status: 'is_live' }, { code: 'rejected', retryable: true }],
    [
      'an announced one',
      { live_status: 'is_upcoming', release_timestamp: Date.UTC(2026, 10, 21, 13) / 1000 },
      { code: 'rejected', retryable: true, retryAfterMs: 3_600_000 },
    ],
    [
      'a playlist',
      { _type: 'playlist', entries: [{ url: 'https://s.example/1' }, { url: 'https://s.example/2' }] },
      { code: 'invalid-input' },
    ],
    ['what is too large', { filesize: 5 * 1024 ** 3 }, { code: 'too-large' }],
  ])('%s', async (_what, fields, error) => {
    const { download, ranges } = await world({ pages: [page(fields)] });
    await expect(download()).rejects.toMatchObject(error);
    expect(ranges).toEqual([]);
  });

  const withoutFormats = { errors: 'ERROR: [Site] a: No video formats found!; please report this issue', exitCode: 1 };

  it('an announced one that has no formats yet, with its start', async () => {
    const announced = { live_status: 'is_upcoming', release_timestamp: Date.UTC(2026, 10, 21, 13) / 1000 };
    const { download, tool } = await world({ pages: [withoutFormats, page(announced)] });
    await expect(download()).rejects.toMatchObject({ code: 'rejected', retryable: true, retryAfterMs: 3_600_000 });
    expect(tool.runs().at(-1)?.args).toContain('--ignore-no-formats-error');
  });

  it.each([
    ['by its state', { live_status: 'is_upcoming', release_timestamp: Date.UTC(2026, 10, 21, 15) / 1000 }, 10_800_000],
    ['by its start alone', { release_timestamp: Date.UTC(2026, 10, 21, 15) / 1000 }, 10_800_000],
    ['in words only', { live_status: 'is_upcoming', release_timestamp: 'soon' }, 3_600_000],
  ])('an announced one of which the site says only that, with its start: %s', async (_how, fields, retryAfterMs) => {
    const inWords = { errors: 'ERROR: [Site] a: Livestream has not yet started', exitCode: 1 };
    const { download } = await world({ pages: [inWords, page(fields)] });
    await expect(download()).rejects.toMatchObject({ code: 'rejected', retryable: true, retryAfterMs });
  });

  it('one that has no formats for another reason', async () => {
    const { download, ranges } = await world({ pages: [withoutFormats, page({ live_status: 'not_live' })] });
    await expect(download()).rejects.toMatchObject({ code: 'provider-failed', retryable: false });
    expect(ranges).toEqual([]);
  });
});

describe('a stream that has just ended', () => {
  it('is waited for', async () => {
    const clock = new FakeClock();
    const { download } = await world({
      pages: [page({ live_status: 'post_live' }), page({ live_status: 'was_live' })],
    });
    await expect(download({}, { clock })).resolves.toMatchObject({ container: 'mp4' });
    expect(clock.waits).toEqual([30_000]);
  });

  it('is not waited for without end: then the file decides', async () => {
    const clock = new FakeClock();
    const { download } = await world({ pages: [page({ live_status: 'post_live' })] });
    await expect(download({}, { clock, postLiveWaitMs: 70_000 })).resolves.toMatchObject({ container: 'mp4' });
    expect(clock.waits).toEqual([30_000, 30_000, 10_000]);
  });
});

describe('a page that only shows a player of another site', () => {
  it('leads there', async () => {
    const entries = [{ _type: 'url', url: 'https://player.example/v/9' }];
    const { download, tool } = await world({ pages: [page({ _type: 'playlist', entries }), page({ title: 'Nine' })] });
    expect(await download()).toMatchObject({ title: 'Nine' });
    const asked = tool.runs().filter(({ args }) => args.includes('--dump-single-json'));
    expect(asked.map(({ args }) => args.at(-1))).toEqual([
      expect.stringContaining('/watch?v=1'),
      'https://player.example/v/9',
    ]);
  });

  it('that leads on and on leads nowhere', async () => {
    const { download } = await world({ pages: [page({ _type: 'url', url: 'https://player.example/v/9' })] });
    await expect(download()).rejects.toMatchObject({ code: 'rejected' });
  });
});

describe('without ffmpeg', () => {
  it('a stream that is no MP4 yet says so', async () => {
    const { download } = await world({}, { film: Buffer.alloc(188 * 100, 'G') });
    const tools = temporaryFolder();
    // All that it takes to start a program.
    symlinkSync('/usr/bin/nice', join(tools, 'nice'));
    const environment = { PATH: tools };
    await expect(download({}, { environment })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('ffmpeg'),
    });
  });
});

describe('a failure', () => {
  it('of the page is sorted', async () => {
    const errors = 'ERROR: [Site] a: Private video. Sign in if you have been granted access\n';
    const { download } = await world({ pages: [{ errors, exitCode: 1 }] });
    await expect(download()).rejects.toMatchObject({ code: 'not-found', retryable: false });
  });

  it('of the transfer is sorted, with the wait that the server asked for', async () => {
    const { download } = await world({}, { status: 429 });
    await expect(download()).rejects.toMatchObject({ code: 'rate-limited', retryAfterMs: 45_000 });
  });

  it('of yt-dlp itself is sorted', async () => {
    const { download } = await world({ ending: { errors: 'Traceback\nKeyError: 1\n', exitCode: 1 } });
    await expect(download()).rejects.toMatchObject({ code: 'provider-failed' });
  });
});

describe('a transfer that ends in the middle', () => {
  it('by cancelling, ends yt-dlp and all that it has started', async () => {
    const { download, tool } = await world({ hangsAfterBytes: 20_000 });
    const stop = new AbortController();
    const ended = expect(download({}, { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
    await stay(tool);
    stop.abort();
    await ended;
    await expectGone(tool.runs());
  });

  it('with SIGKILL of this process, ends yt-dlp and all that it has started', async () => {
    const { tool, site, folder } = await world({ hangsAfterBytes: 20_000 });
    const child = new Child('../yt-dlp/scraping.ts', [`${site}/watch`, folder, tool.path]);
    await stay(tool);
    child.signal('SIGKILL');
    expect(await child.exit).toBe('SIGKILL');
    await expectGone(tool.runs());
  });

  it('goes on from there', async () => {
    const { download, set, tool, ranges, bytes } = await world({ hangsAfterBytes: 20_000 });
    const stop = new AbortController();
    const ended = expect(download({}, { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
    await stay(tool);
    stop.abort();
    await ended;
    set({});
    expect((await download()).sizeBytes).toBe(bytes.length);
    expect(ranges.at(-1)).toMatch(/^bytes=[1-9]\d+-$/);
  });

  it('between the last byte and the check, is not fetched again', async () => {
    const { download, set, tool, ranges, bytes } = await world({ ending: { hangs: true } });
    const stop = new AbortController();
    const ended = expect(download({}, { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
    await stay(tool);
    stop.abort();
    await ended;
    set({});
    expect((await download()).sizeBytes).toBe(bytes.length);
    expect(ranges).toHaveLength(1);
  });

  it('does not go on with another format', async () => {
    const { download, set, tool, ranges, folder } = await world({ hangsAfterBytes: 20_000 });
    const stop = new AbortController();
    const ended = expect(download({}, { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
    await stay(tool);
    stop.abort();
    await ended;
    expect(films(folder)).toEqual(['video.0.mp4.part']);
    set({ pages: [page({ filesize: 7 })] });
    await download();
    expect(ranges.at(-1)).toBeUndefined();
  });
});
