import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { downloadVideo } from '#lib/scrape/video-downloader/download-video.server.ts';
import { listChannel } from '#lib/scrape/video-downloader/list-channel.server.ts';
import { childEnvironment } from '#lib/scrape/video-downloader/tool/environment.ts';
import type { DownloaderOptions, VideoProgress, VideoRequest } from '#lib/scrape/video-downloader/types.ts';
import { makeWebm } from '../../fixtures/media-files.ts';
import { Child } from '../../fixtures/processes/child.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';
import { makeFilms, type Odd, type SiteRequest, send, site, status, text } from '../../fixtures/yt-dlp/site.ts';

const PROGRAMS = ['yt-dlp', 'ffmpeg'];
const missing = process.env.CI ? [] : PROGRAMS.filter((name) => !starts(name));
const why = missing.length > 0 ? ` (skipped: needs ${missing.join(' and ')})` : '';

describe.skipIf(missing.length > 0)(`a real yt-dlp${why}`, () => {
  let films = '';

  beforeAll(() => {
    films = execFileSync('mktemp', ['-d']).toString().trim();
    makeFilms(films);
    return () => execFileSync('rm', ['-rf', films]);
  });

  async function world(odd: Record<string, Odd> = {}) {
    const seen: SiteRequest[] = [];
    const base = await loopback(site(films, odd, seen));
    const folder = temporaryFolder();
    const download = (path: string, request: Partial<VideoRequest> = {}, options: DownloaderOptions = {}) =>
      downloadVideo(
        { url: path.startsWith('/') ? base + path : path, folder, ...request },
        {
          ...{ allowPrivateNetwork: true, proxy: {}, ytDlpPath: 'yt-dlp' },
          ...options,
        },
      );
    return { base, folder, seen, download };
  }
  const film = () => readFileSync(join(films, 'film.mp4'));
  const bytesLeft = (folder: string) => left(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  const left = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('video'));

  describe('downloads', () => {
    it('a file', async () => {
      const { download, base } = await world();
      const progress: VideoProgress[] = [];
      const video = await download('/film.mp4', {}, { onProgress: (one) => progress.push(one) });
      expect(video).toMatchObject({
        ...{ container: 'mp4', mimeType: 'video/mp4', width: 320, height: 180, resolution: '180p' },
        ...{ playsEverywhere: true, audioCodec: 'mp4a.40.2', sourceUrl: `${base}/film.mp4`, title: 'film' },
      });
      expect(video.durationSeconds).toBeCloseTo(4, 0);
      expect(readFileSync(video.path)).toEqual(film());
      expect(progress.some(({ stage, bytesTotal }) => stage === 'downloading' && bytesTotal === film().length)).toBe(
        true,
      );
    });

    it('the video of a page, which is read once', async () => {
      const { download, seen } = await world({
        '/page.html': text('html', '<html><title>My film</title><video src="/film.mp4"></video></html>'),
      });
      const video = await download('/page.html');
      expect(video.title).toContain('My film');
      expect(readFileSync(video.path)).toEqual(film());
      expect(seen.filter(({ url }) => url === '/page.html')).toHaveLength(1);
    });

    it('what a redirect leads to', async () => {
      const { download } = await world({ '/moved': status(302, { location: '/film.mp4' }) });
      expect(readFileSync((await download('/moved')).path)).toEqual(film());
    });

    it('HLS, as an MP4 that every browser plays', async () => {
      const { download } = await world();
      const video = await download('/hls/film.m3u8');
      expect(video).toMatchObject({ container: 'mp4', playsEverywhere: true, width: 320, audioCodec: 'mp4a.40.2' });
      expect(video.durationSeconds).toBeCloseTo(4, 0);
    });

    it('the height that is asked for', async () => {
      const variants = [
        ...['#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=1280x720', 'large.m3u8'],
        ...['#EXT-X-STREAM-INF:BANDWIDTH=100000,RESOLUTION=320x180', 'hls/film.m3u8'],
      ];
      const { download } = await world({ '/all.m3u8': text('m3u8', ['#EXTM3U', ...variants].join('\n')) });
      expect(await download('/all.m3u8', { maxHeight: 360 })).toMatchObject({ height: 180 });
      // The larger one is announced, and not there.
      await expect(download('/all.m3u8')).rejects.toMatchObject({ code: 'not-found' });
    });

    it('picture and sound that come by themselves, put together', async () => {
      const { download, seen } = await world();
      const video = await download('/dash/film.mpd');
      expect(video).toMatchObject({ container: 'mp4', playsEverywhere: true, audioCodec: 'mp4a.40.2' });
      expect(video.durationSeconds).toBeCloseTo(4, 0);
      expect(seen.filter(({ url }) => url.endsWith('.m4s')).length).toBeGreaterThan(4);
    });

    it('a WebM, and says that not every browser plays it', async () => {
      const webm = await makeWebm();
      const { download } = await world({ '/film.webm': (response) => send(response, webm, '/film.webm') });
      expect(await download('/film.webm')).toMatchObject({ container: 'webm', playsEverywhere: false });
    });
  });

  describe('sorts what a site answers', () => {
    it.each([
      [404, 'not-found', false, undefined],
      [410, 'not-found', false, undefined],
      [401, 'rejected', false, undefined],
      [403, 'rejected', false, undefined],
      [429, 'rate-limited', true, 77_000],
      [500, 'network', true, undefined],
    ])('%s', async (code, expected, retryable, retryAfterMs) => {
      const { download } = await world({ '/x': status(code, { 'retry-after': '77' }) });
      await expect(download('/x')).rejects.toMatchObject({ code: expected, retryable, retryAfterMs });
    });

    it('a page whose video is gone, and does not ask for the page again', async () => {
      const { download, seen } = await world({
        '/page.html': text('html', '<html><title>x</title><video src="/gone.mp4"></video></html>'),
      });
      await expect(download('/page.html')).rejects.toMatchObject({ code: 'not-found' });
      expect(seen.filter(({ url }) => url === '/page.html')).toHaveLength(1);
    });

    it('a page without a video', async () => {
      const { download } = await world({ '/x': text('html', '<html><title>Words</title></html>') });
      await expect(download('/x')).rejects.toMatchObject({ code: 'invalid-input' });
    });

    it('a server that is not there', async () => {
      const { download } = await world();
      await expect(download('http://127.0.0.1:1/x')).rejects.toMatchObject({ code: 'network' });
    });

    it('a lost fragment, instead of a film with a gap', async () => {
      const { download, folder } = await world({ '/hls/film2.ts': status(404) });
      await expect(download('/hls/film.m3u8')).rejects.toMatchObject({ code: 'network' });
      expect(left(folder).filter((name) => name.endsWith('.mp4'))).toEqual([]);
    });

    it('a file that is cut, and continues it later', async () => {
      const bytes = film();
      let isCut = true;
      const { download, seen } = await world({
        '/film.mp4': (response, { range }) => {
          if (!isCut) return send(response, bytes, '/film.mp4', range);
          response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': bytes.length });
          response.write(bytes.subarray(0, 20_000), () => response.destroy());
        },
      });
      await expect(download('/film.mp4')).rejects.toMatchObject({ code: 'network', retryable: true });
      isCut = false;
      expect(readFileSync((await download('/film.mp4')).path)).toEqual(bytes);
      // Some of what came may not have been written.
      expect(seen.at(-1)?.range).toMatch(/^bytes=(1\d{4}|20000)-$/);
    });

    it('a file that is damaged', async () => {
      const half = film().subarray(0, 20_000);
      const { download, folder } = await world({ '/film.mp4': (response) => send(response, half, '/film.mp4') });
      await expect(download('/film.mp4')).rejects.toMatchObject({ code: 'not-a-video' });
      expect(left(folder)).toEqual([]);
    });

    it('a stream without the sound that it announces', async () => {
      const variant = '#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=320x180,CODECS="avc1.42c00d,mp4a.40.2"';
      const { download, folder } = await world({
        '/all.m3u8': text('m3u8', ['#EXTM3U', variant, 'silent/film.m3u8'].join('\n')),
      });
      await expect(download('/all.m3u8')).rejects.toMatchObject({ code: 'integrity' });
      expect(left(folder)).toEqual([]);
    });

    it('a playlist of several', async () => {
      const videos = '<video src="/film.mp4"></video><video src="/other.mp4"></video>';
      const { download } = await world({ '/x': text('html', `<html><title>Two</title>${videos}</html>`) });
      await expect(download('/x')).rejects.toMatchObject({
        code: 'invalid-input',
        message: expect.stringContaining('several'),
      });
    });
  });

  describe('keeps to limits', () => {
    it('of bytes that the server tells', async () => {
      const { download } = await world();
      await expect(download('/film.mp4', { maxBytes: 30_000 })).rejects.toMatchObject({ code: 'too-large' });
    });

    it('of bytes that nobody tells', async () => {
      const { download } = await world({
        '/film.mp4': (response, { range }) => {
          if (range !== undefined) return void response.writeHead(416).end();
          response.writeHead(200, { 'content-type': 'video/mp4' });
          response.write(film().subarray(0, 1000));
          const more = () => response.write(Buffer.alloc(65_536)) && setImmediate(more);
          response.on('drain', more);
          more();
        },
      });
      await expect(download('/film.mp4', { maxBytes: 2_000_000 })).rejects.toMatchObject({ code: 'too-large' });
    });

    it.each([['html'], ['m3u8']])('of what a page may have: %s without end', async (type) => {
      const { download } = await world({
        [`/x.${type}`]: (response) => {
          response.writeHead(200, { 'content-type': type === 'html' ? 'text/html' : 'application/vnd.apple.mpegurl' });
          response.write(type === 'html' ? '<html><title>x</title>' : '#EXTM3U\n');
          const more = () => response.write('#EXTINF:1,\na.ts\n'.repeat(10_000)) && setImmediate(more);
          response.on('drain', more);
          more();
        },
      });
      await expect(download(`/x.${type}`)).rejects.toMatchObject({ code: 'too-large' });
    });

    it('of time', async () => {
      const { download } = await world({ '/x': () => {} });
      await expect(download('/x', { timeoutMs: 3000 })).rejects.toMatchObject({ code: 'timeout' });
    });
  });

  describe('is stopped in the middle', () => {
    /** Sends a third of the film and then nothing more, until it is allowed to. */
    function slow(): { odd: Odd; release: () => void } {
      let isSlow = true;
      const odd: Odd = (response, { range }) => {
        const bytes = film();
        if (!isSlow) return send(response, bytes, '/film.mp4', range);
        response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': bytes.length });
        response.write(bytes.subarray(0, 30_000));
      };
      return { odd, release: () => (isSlow = false) };
    }

    it('by cancelling, and continues', async () => {
      const { odd, release } = slow();
      const { download, seen, folder } = await world({ '/film.mp4': odd });
      const stop = new AbortController();
      const ended = expect(download('/film.mp4', {}, { signal: stop.signal })).rejects.toMatchObject({
        code: 'aborted',
      });
      await expect.poll(() => bytesLeft(folder)).toBeGreaterThan(4096);
      stop.abort();
      await ended;
      release();
      expect(readFileSync((await download('/film.mp4')).path)).toEqual(film());
      expect(seen.at(-1)?.range).toMatch(/^bytes=[1-9]\d+-$/);
    });

    it('by SIGKILL of our process, ends with it, and continues', async () => {
      const { odd, release } = slow();
      const { download, base, folder } = await world({ '/film.mp4': odd });
      const child = new Child('../yt-dlp/scraping.ts', [`${base}/film.mp4`, folder, 'yt-dlp']);
      await expect.poll(() => bytesLeft(folder)).toBeGreaterThan(4096);
      child.signal('SIGKILL');
      await child.exit;
      await expect.poll(() => processesWith(folder)).toEqual([]);
      release();
      expect(readFileSync((await download('/film.mp4')).path)).toEqual(film());
    });
  });

  describe('reaches no private network', () => {
    /** The site as if it were on the Internet, behind a proxy; and a server in the private network that must see nothing. */
    async function publicSite(pages: (inner: string) => Record<string, Odd>) {
      const [inside, outside]: [SiteRequest[], SiteRequest[]] = [[], []];
      const inner = await loopback(site(films, {}, inside));
      const proxy = await loopback(site(films, pages(inner), outside));
      // In a program of the user's all of these may be set.
      const before = { no_proxy: process.env.no_proxy, NO_PROXY: process.env.NO_PROXY };
      Object.assign(process.env, { no_proxy: '127.0.0.1,*', NO_PROXY: '127.0.0.1,*' });
      onTestFinished(() => void Object.assign(process.env, before));
      const download = (path: string) =>
        downloadVideo(
          { url: `http://films.example${path}`, folder: temporaryFolder() },
          { ytDlpPath: 'yt-dlp', proxy: { http: proxy } },
        );
      return { download, inside, outside };
    }
    const playlist = (...lines: string[]) =>
      text('m3u8', ['#EXTM3U', '#EXT-X-TARGETDURATION:1', '#EXT-X-MEDIA-SEQUENCE:0', ...lines].join('\n'));

    it('but the public one', async () => {
      const { download, outside } = await publicSite(() => ({}));
      expect(readFileSync((await download('/film.mp4')).path)).toEqual(film());
      expect(outside.every(({ url }) => url.startsWith('http://films.example/'))).toBe(true);
    });

    it('by a redirect', async () => {
      const { download, inside } = await publicSite((inner) => ({
        '/x': status(302, { location: `${inner}/film.mp4` }),
      }));
      await expect(download('/x')).rejects.toMatchObject({ code: 'blocked-address' });
      expect(inside).toEqual([]);
    });

    it('by a page', async () => {
      const { download, inside } = await publicSite((inner) => ({
        '/x': text('html', `<html><title>x</title><video src="${inner}/film.mp4"></video></html>`),
      }));
      await expect(download('/x')).rejects.toMatchObject({ code: 'blocked-address' });
      expect(inside).toEqual([]);
    });

    it('by the segments of a playlist', async () => {
      const { download, inside } = await publicSite((inner) => ({
        '/x.m3u8': playlist('#EXTINF:1,', `${inner}/hls/film0.ts`, '#EXT-X-ENDLIST'),
      }));
      await expect(download('/x.m3u8')).rejects.toMatchObject({ code: 'blocked-address' });
      expect(inside).toEqual([]);
    });

    it('by ffmpeg, which yt-dlp has fetch streams in SAMPLE-AES', async () => {
      const { download, inside } = await publicSite((inner) => ({
        '/x.m3u8': playlist(
          `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="${inner}/key"`,
          ...['#EXTINF:1,', `${inner}/hls/film0.ts`, '#EXT-X-ENDLIST'],
        ),
      }));
      await expect(download('/x.m3u8')).rejects.toMatchObject({ code: 'rejected', retryable: false });
      expect(inside).toEqual([]);
    });

    it('by ffmpeg, which yt-dlp has fetch live streams', async () => {
      const { download, inside } = await publicSite((inner) => ({
        '/x.m3u8': playlist('#EXTINF:1,', `${inner}/hls/film0.ts`),
      }));
      await expect(download('/x.m3u8')).rejects.toMatchObject({ code: 'rejected', retryable: true });
      expect(inside).toEqual([]);
    });

    it('by rtmp', async () => {
      const { download, inside } = await publicSite((inner) => ({
        '/x': text(
          'html',
          `<html><title>x</title><video><source src="${inner.replace('http', 'rtmp')}/live/x" type="rtmp/mp4"></video></html>`,
        ),
      }));
      await expect(download('/x')).rejects.toMatchObject({ retryable: false });
      expect(inside).toEqual([]);
    });
  });

  it('finds the Node that runs scripts of pages, with the network taken from it', () => {
    const args = ['--verbose', '--ignore-config', '--js-runtimes', `node:${process.execPath}`, 'http://127.0.0.1:1/'];
    const env = childEnvironment({ PATH: process.env.PATH ?? '' });
    const { stderr } = spawnSync('yt-dlp', args, { env, encoding: 'utf8' });
    expect(/JS runtimes: (.*)/.exec(stderr)?.[1]).toContain(`node-${process.versions.node}`);
  });

  describe('lists', () => {
    const items = (base: string) =>
      ['a', 'b', 'c'].map((name) => `<item><title>Film ${name}</title><link>${base}/${name}.html</link></item>`);
    const feed = (base: string) =>
      text(
        'xml',
        `<?xml version="1.0"?><rss version="2.0"><channel><title>Films</title>${items(base).join('')}</channel></rss>`,
      );

    it('a channel, and opens none of its videos', async () => {
      const { base, seen } = await world({ '/feed.xml': feed('http://films.example') });
      const videos = await Array.fromAsync(
        listChannel(`${base}/feed.xml`, { allowPrivateNetwork: true, ytDlpPath: 'yt-dlp' }),
      );
      expect(videos.map(({ url }) => url)).toEqual(['a', 'b', 'c'].map((name) => `http://films.example/${name}.html`));
      expect(videos[0]?.title).toBe('Film a');
      expect(seen.map(({ url }) => url)).toEqual(['/feed.xml']);
    });

    it('until nobody reads on', async () => {
      const { base } = await world({ '/feed.xml': feed('http://films.example') });
      const urls: string[] = [];
      for await (const video of listChannel(`${base}/feed.xml`, { allowPrivateNetwork: true, ytDlpPath: 'yt-dlp' })) {
        urls.push(video.url);
        break;
      }
      expect(urls).toEqual(['http://films.example/a.html']);
    });

    it('nothing where there is nothing', async () => {
      const { base } = await world({ '/feed.xml': status(404) });
      const listed = Array.fromAsync(
        listChannel(`${base}/feed.xml`, { allowPrivateNetwork: true, ytDlpPath: 'yt-dlp' }),
      );
      await expect(listed).rejects.toMatchObject({ code: 'not-found' });
    });
  });
});

function starts(name: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${name}`]);
    return true;
  } catch {
    return false;
  }
}

/** Command lines of running processes that name a folder. */
function processesWith(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(folder));
}
