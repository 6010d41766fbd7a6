import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scrapeProject } from '../../fixtures/scrape/scrape-project.ts';
import { expectGone } from '../../fixtures/yt-dlp/world.ts';

/** Where Node keeps it by default, so that these commands start as fast as others. */
const COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');
const HANGING = { hangsAfterBytes: 1 };

/** A project whose site has a channel with three films. */
async function open() {
  const world = await scrapeProject();
  const { project, site, tool } = world;
  const output = ['a', 'b', 'c'].map((id) => ({ _type: 'url', id, url: `${site}/v/${id}`, title: id }));
  world.set({ list: { output } });
  const stored = () => readdirSync(project.path('scraped-videos'), { recursive: true, encoding: 'utf8' });
  return {
    ...world,
    list: { output },
    films: () =>
      stored()
        .filter((name) => name.endsWith('.mp4'))
        .sort(),
    contents: (id: string) => readFileSync(project.path(`scraped-videos/news/${id}/video.mp4`)),
    records: () => JSON.parse(readFileSync(project.path('src/lib/data/scraped-videos.json'), 'utf8')),
    channel: ['--channel-url', `${site}/channel`, '--channel', 'news'],
    hanging: (many: number) =>
      expect.poll(() => tool.runs().filter(({ childPid }) => childPid).length, { timeout: 60_000 }).toBe(many),
  };
}

// One after the other: the site of a test closes with the test that happens to be under way.
describe('npm run scrape of a channel', { timeout: 180_000 }, () => {
  it('stores its films once, no more than asked for, and needs a name for it', async () => {
    const { project, film, channel, films, contents, ranges } = await open();
    const unnamed = await project.run('scrape/scrape', ...channel.slice(0, 2));
    expect(unnamed).toMatchObject({ code: 2, stderr: expect.stringContaining('--channel-url needs --channel') });
    const two = await project.run('scrape/scrape', ...channel, '--limit', '2', '--json');
    expect(two.code).toBe(0);
    expect(two.json.at(-1)).toEqual({ type: 'batch', stored: 2, skipped: 0, failed: 0 });
    expect(films()).toEqual(['news/a/video.mp4', 'news/b/video.mp4']);
    const all = await project.run('scrape/scrape', ...channel);
    expect(all).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 video stored, 2 already there, 0 failed'),
    });
    expect(films()).toEqual(['news/a/video.mp4', 'news/b/video.mp4', 'news/c/video.mp4']);
    expect(contents('c')).toEqual(film);
    expect(ranges).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['before anything is listed', { hangs: true, output: [] }, 1, 0],
    ['while it is listed', { hangs: true }, 3, 1],
    ['once it is listed', {}, 2, 1],
  ])('goes on after a Ctrl-C %s, and fetches nothing twice', async (_when, listing, programs, there) => {
    const { project, film, channel, list, set, tool, films, contents, records, ranges, hanging } = await open();
    expect((await project.run('scrape/scrape', ...channel, '--limit', '1')).code).toBe(0);
    set({ list: { ...list, ...listing }, ...HANGING });
    mkdirSync(project.path('tmp'));
    Object.assign(project.environment, { TMPDIR: project.path('tmp'), NODE_COMPILE_CACHE: COMPILE_CACHE });
    const run = project.start('scrape/scrape', ...channel);
    await hanging(programs);
    run.signal('SIGINT');
    const { code, stdout, stderr } = await run.finished;
    expect([code, stderr]).toEqual([130, '']);
    expect(stdout).toContain(`0 videos stored, ${there} already there, 0 failed.`);
    expect(stdout).toContain('Nothing is lost. To go on, give the same command again.');
    await expectGone(tool.runs());
    expect(readdirSync(project.path('tmp'))).toEqual([]);
    expect(films()).toEqual(['news/a/video.mp4']);
    for (const record of records().slice(1)) {
      expect(record).toMatchObject({ download_status: 'pending', download_attempts: 0 });
      expect(record).not.toHaveProperty('lease');
    }

    set({ list });
    const again = await project.run('scrape/scrape', ...channel);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('2 videos stored, 1 already there, 0') });
    expect(films()).toEqual(['news/a/video.mp4', 'news/b/video.mp4', 'news/c/video.mp4']);
    expect([contents('b'), contents('c')]).toEqual([film, film]);
    // That of before, the two others, and what was missing of these.
    const rest = expect.stringMatching(/^bytes=\d+-$/);
    expect(ranges).toEqual([undefined, undefined, undefined, ...(programs > 1 ? [rest, rest] : [])]);
    expect(readdirSync(project.path('scraped-videos/.downloads'))).toEqual([]);
  });
});

it('npm run scrape of one film, stopped by Ctrl-C, says how to go on, and that does', async () => {
  const { project, film, site, set, tool, films, contents, records, ranges, hanging } = await open();
  set(HANGING);
  const run = project.start('scrape/scrape', `${site}/v/a`, '--channel', 'news', '--video', 'a');
  await hanging(1);
  run.signal('SIGINT');
  const { code, stdout } = await run.finished;
  expect(code).toBe(130);
  expect(stdout).toContain('Nothing is lost. To go on: npm run scrape -- --resume');
  await expectGone(tool.runs());
  expect([films(), records()]).toMatchObject([[], [{ download_status: 'pending', download_attempts: 0 }]]);

  set();
  const resumed = await project.run('scrape/scrape', '--resume');
  expect(resumed).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 video stored, 0 already there, 0 failed'),
  });
  expect([films(), contents('a')]).toEqual([['news/a/video.mp4'], film]);
  expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=\d+-$/)]);
}, 180_000);
