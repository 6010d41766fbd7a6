import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { downloadVideo } from '#lib/scrape/video-downloader/download-video.server.ts';
import { createLocalFolder } from '#lib/stores/assets/local-folder.server.ts';
import { ScriptProject } from '../fixtures/processes/script.ts';
import { ScrapeCase } from '../fixtures/scrape/scrape-case.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { loopback } from '../fixtures/wire/loopback.ts';
import { makeFilms, site } from '../fixtures/yt-dlp/site.ts';

/** With CI set it must run: what is missing then fails the tests. */
const missing = process.env.CI ? [] : ['root', 'yt-dlp', 'ffmpeg'].filter((name) => !has(name));
const why = missing.length > 0 ? ` (skipped: needs ${missing.join(', ')})` : '';
/** What lies beside the tracks of a film: its page, the programs in place of ffmpeg, and one fragment. */
const BESIDE_BYTES = 100_000;

describe.skipIf(missing.length > 0)(`a disk that is too small for a film${why}`, { timeout: 180_000 }, () => {
  let films = '';
  let trackBytes = 0;

  beforeAll(() => {
    films = mkdtempSync(join(tmpdir(), 'reelkeep-'));
    makeFilms(films, ['-preset', 'ultrafast', '-qp', '0']);
    trackBytes = statSync(join(films, 'film.mp4')).size;
    expect(trackBytes).toBeGreaterThan(4 * BESIDE_BYTES);
    return () => rmSync(films, { recursive: true });
  });

  /** A site with a film whose picture and sound come by themselves. */
  const page = async () => `${await loopback(site(films, {}, []))}/dash/film.mpd`;

  it.each([
    ['while it downloads', () => trackBytes / 2, /\[Errno 28\]/],
    ['while ffmpeg joins its tracks', () => 1.5 * trackBytes + BESIDE_BYTES, /Postprocessing: No space left/],
  ])('%s is said to be full, and takes the film once there is space', async (_when, bytesLeft, words) => {
    const disk = smallDisk(temporaryFolder());
    const world = new ScrapeCase({
      ...{ folder: disk.folder, memory: createLocalFolder({ folder: disk.folder }), allowPrivateNetwork: true },
      downloadVideo: (request, options) => downloadVideo(request, { ...options, ytDlpPath: 'yt-dlp', proxy: {} }),
    });
    const rome = { url: await page(), channelId: 'news', videoId: 'rome' };
    disk.fill(bytesLeft());
    const result = await world.service.downloadAndStore(rome);
    expect(result).toMatchObject({
      ...{ success: false, code: 'disk-full', record: { download_status: 'pending', download_attempts: 0 } },
      error: expect.stringMatching(/^The disk is full: no space left to write .*Free some space, then run it again\.$/),
    });
    expect(result).toMatchObject({ error: expect.stringMatching(words) });
    expect([disk.films(), world.record()?.lease, disk.leftovers()]).toEqual([[], undefined, []]);

    disk.freeSpace();
    expect(await world.service.downloadAndStore(rome)).toMatchObject({ success: true, skipped: false });
    expect([disk.films(), disk.leftovers()]).toEqual([['news/rome/video.mp4'], []]);
    expect(await world.service.downloadAndStore(rome)).toMatchObject({ success: true, skipped: true });
  });

  it('while ffmpeg joins its tracks ends the command with words that help, and the same command then stores it', async () => {
    const project = new ScriptProject({ WANX_ALLOW_PRIVATE_NETWORK: '1' });
    mkdirSync(project.path('scraped-videos'));
    const disk = smallDisk(project.path('scraped-videos'));
    const one = ['scrape/scrape', await page(), '--channel', 'news', '--video', 'rome'] as const;
    disk.fill(1.5 * trackBytes + BESIDE_BYTES);
    const { code, stdout, stderr } = await project.run(...one);
    expect([code, stdout]).toEqual([1, expect.stringContaining('putting picture and sound together')]);
    expect(stderr).toContain(`news/rome: The disk is full: no space left to write the video in ${disk.folder}`);
    expect(stderr).toContain('Free some space, then run it again.');
    expect([disk.films(), disk.leftovers()]).toEqual([[], []]);

    disk.freeSpace();
    expect((await project.run(...one)).code).toBe(0);
    expect([disk.films(), disk.leftovers()]).toEqual([['news/rome/video.mp4'], []]);
    const records = JSON.parse(readFileSync(project.path('src/lib/data/scraped-videos.json'), 'utf8'));
    expect(records).toMatchObject([{ videoId: 'rome', download_status: 'downloaded' }]);
  });
});

/** A disk of its own in the place of a folder. */
function smallDisk(folder: string) {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', [folder]));
  const filler = join(folder, 'filler');
  const names = () => readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return {
    folder,
    fill(bytesLeft: number) {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(bavail * bsize - Math.floor(bytesLeft)));
    },
    freeSpace: () => rmSync(filler),
    films: () => names().filter((name) => name.endsWith('.mp4')),
    leftovers: () => names().filter((name) => name.startsWith('.downloads/')),
  };
}

function has(name: string): boolean {
  if (name === 'root') return process.getuid?.() === 0;
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${name}`]);
    return true;
  } catch {
    return false;
  }
}
