import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { downloadVideo } from '#lib/scrape/video-downloader/download-video.server.ts';
import type { DownloaderOptions, VideoProgress, VideoRequest } from '#lib/scrape/video-downloader/types.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { makeWebm } from '../../fixtures/media-files.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { Child } from '../../fixtures/processes/child.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';
import type { Scenario, SeenRun } from '../../fixtures/yt-dlp/scenario.ts';
import { type StandIn, standIn } from '../../fixtures/yt-dlp/stand-in.ts';

// With a stand-in for yt-dlp, for what the real one does seldom or elsewhere; `real-yt-dlp.slow.test.ts` has the real one.

interface WorldOptions {
  film?: Buffer;
  status?: number;
}

/** A site with one film, a yt-dlp, and a folder. */
async function world(scenario: Scenario = {}, { film, status = 200 }: WorldOptions = {}) {
  const bytes = film ?? (await makeMp4({ sizeBytes: 50_000, audio: true }));
  /** Of the requests for the film. */
  const ranges: Array<string | undefined> = [];
  const site = await loopback((request, response) => {
    if (request.url !== '/film.mp4') return void response.end('<title>A page</title>');
    ranges.push(request.headers.range);
    if (status !== 200) return void response.writeHead(status, { 'retry-after': '45' }).end();
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': bytes.length - start }).end(bytes.subarray(start));
  });
  const tool = standIn(temporaryFolder(), { film: { url: `${site}/film.mp4` }, ...scenario });
  const folder = temporaryFolder();
  const set = (next: Scenario) => tool.set({ film: { url: `${site}/film.mp4` }, ...next });
  const download = (request: Partial<VideoRequest> = {}, options: DownloaderOptions = {}) =>
    downloadVideo(
      { url: `${site}/watch?v=1`, folder, ...request },
      { ytDlpPath: tool.path, allowPrivateNetwork: true, clock: new FakeClock(), ...options },
    );
  return { bytes, site, folder, tool, set, ranges, download };
}

const stay = (tool: StandIn) => expect.poll(() => tool.runs().some(({ childPid }) => childPid)).toBe(true);
const page = (fields: object = {}) => ({ output: [{ id: 'a', extractor_key: 'Site', format_id: '0', ...fields }] });
const films = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('video'));

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

describe('what yt-dlp says does not count', () => {
  it.each<[string, NonNullable<Scenario['ending']>, string]>([
    ['it ends well without a video, as over --max-filesize', { isSilent: true }, 'rejected'],
    ['it names a file that is not there', { claims: '{folder}/other.mp4' }, 'provider-failed'],
    ['it names a file of somebody else', { claims: '/etc/hostname' }, 'provider-failed'],
    ['it makes several files', { times: 2 }, 'invalid-input'],
  ])('where %s', async (_what, ending, code) => {
    const { download } = await world({ ending });
    await expect(download()).rejects.toMatchObject({ code });
  });

  it('where something fetched the film past our proxy', async () => {
    const other = temporaryFolder();
    writeFileSync(join(other, 'film.mp4'), await makeMp4());
    const { download, tool, folder } = await world();
    tool.set({ copies: join(other, 'film.mp4') });
    await expect(download()).rejects.toMatchObject({ code: 'blocked-address' });
    expect(films(folder)).toEqual([]);
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

  it.each([
    ['a search', 'ytsearch1:cats', 'invalid-input'],
    ['an option', '--exec=rm', 'invalid-input'],
    ['a file', 'file:///etc/passwd', 'invalid-input'],
    ['another protocol', 'rtmp://site.example/live', 'invalid-input'],
    ['a private address', 'http://10.0.0.1/film.mp4', 'blocked-address'],
    ['a name that resolves to one', 'http://site.example/film.mp4', 'blocked-address'],
  ])('%s, without starting yt-dlp', async (_what, url, code) => {
    const { download, tool } = await world();
    const resolve = async () => [{ address: '10.0.0.9', family: 4 }];
    await expect(download({ url }, { allowPrivateNetwork: false, resolve, proxy: {} })).rejects.toMatchObject({ code });
    expect(tool.runs()).toEqual([]);
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

describe('a limit', () => {
  it('of bytes ends the transfer as soon as the server tells the size', async () => {
    const { download, bytes } = await world();
    await expect(download({ maxBytes: bytes.length - 1 })).rejects.toMatchObject({ code: 'too-large' });
    await expect(download({ maxBytes: bytes.length })).resolves.toMatchObject({ sizeBytes: bytes.length });
  });

  it('of bytes counts what comes without a size', async () => {
    const line = `P ${JSON.stringify({ status: 'downloading', filename: 'a', downloaded_bytes: 5000 })}`;
    const { download, tool } = await world();
    tool.set({ ending: { output: [line], hangs: true } });
    await expect(download({ maxBytes: 4999 })).rejects.toMatchObject({ code: 'too-large' });
  });

  it('of time ends yt-dlp and all that it has started', async () => {
    const { download, tool } = await world({ pages: [{ hangs: true }] });
    await expect(download({ timeoutMs: 4000 })).rejects.toMatchObject({ code: 'timeout', retryable: true });
    await expectGone(tool.runs());
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

describe('the program', () => {
  it('is asked for its version once', async () => {
    const { download, tool } = await world();
    await download();
    await download();
    expect(tool.runs().filter(({ args }) => args.includes('--version'))).toHaveLength(1);
  });

  it('is refused when it is old', async () => {
    const { download } = await world({ version: '2026.07.03' });
    await expect(download()).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/2026\.07\.03.*pipx/),
    });
  });

  it('is used when it is old and that is allowed, without the options that it lacks', async () => {
    const lacks = ['--no-plugin-dirs', '--color', '--progress-delta', '--js-runtimes', '--lazy-playlist'];
    const { download, tool } = await world({ version: '2023.03.04', lacks, help: '  --no-colors  --no-exec' });
    expect(await download({}, { allowOldYtDlp: true })).toMatchObject({ container: 'mp4' });
    expect(tool.runs().at(-1)?.args).toContain('--no-colors');
  });

  it.each([
    ['is not there', '/nowhere/yt-dlp', /no program at .*pipx/],
    ['is not on PATH', undefined, /no yt-dlp on PATH.*YT_DLP_PATH/],
  ])('that %s is told how to install', async (_what, ytDlpPath, message) => {
    const { download } = await world();
    const environment = { PATH: temporaryFolder() };
    await expect(download({}, { ytDlpPath, environment })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(message),
    });
  });

  it('that is something else is told', async () => {
    const { download } = await world({ version: 'GNU ls 9' });
    await expect(download()).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('does not say'),
    });
  });

  it('gets no secret, and no proxy but ours', async () => {
    const given = { AWS_SECRET_ACCESS_KEY: 's3cret', no_proxy: '127.0.0.1,*', https_proxy: 'http://other.example' };
    for (const [name, value] of Object.entries(given)) {
      const before = process.env[name];
      process.env[name] = value;
      onTestFinished(() => {
        if (before === undefined) delete process.env[name];
        else process.env[name] = before;
      });
    }
    const { download, tool } = await world();
    await download({}, { proxy: {} });
    const environments = JSON.stringify(tool.runs().map(({ env }) => env));
    expect(environments).not.toMatch(/s3cret|other\.example|no_proxy/i);
  });
});

/** Neither the program nor its child is left. */
async function expectGone(runs: SeenRun[]): Promise<void> {
  const hanging = runs.filter(({ childPid }) => childPid !== undefined);
  expect(hanging.length).toBeGreaterThan(0);
  for (const pid of hanging.flatMap(({ pid, childPid }) => [pid, childPid ?? 0])) {
    await expect.poll(() => isAlive(pid)).toBe(false);
  }
}

function isAlive(pid: number): boolean {
  const status = `/proc/${pid}/stat`;
  // A dead process stays in the table until its parent, or init, has read its end.
  if (existsSync(status)) return !/\) Z /.test(readFileSync(status, 'utf8'));
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self');
  } catch {
    return false;
  }
}
