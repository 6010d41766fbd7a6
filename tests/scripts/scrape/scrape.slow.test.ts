import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { ScriptProject } from '../../fixtures/processes/script.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';
import { standIn } from '../../fixtures/yt-dlp/stand-in.ts';

/** A project, a site with one film, and a stand-in for yt-dlp that delivers it. */
async function open() {
  const film = await makeMp4({ sizeBytes: 50_000, audio: true });
  const site = await loopback((request, response) => {
    if (!request.url?.endsWith('/film.mp4')) return void response.end('<title>A page</title>');
    response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': film.length }).end(film);
  });
  const project = new ScriptProject({ WANX_ALLOW_PRIVATE_NETWORK: '1', REELKEEP_STORAGE_USD_PER_GB: '0.02' });
  mkdirSync(project.path('tools'));
  project.environment.YT_DLP_PATH = standIn(project.path('tools'), { film: { url: `${site}/film.mp4` } }).path;
  return { project, film, url: `${site}/watch` };
}

describe('npm run scrape and npm run storage', { timeout: 120_000 }, () => {
  it('store a film once, count it, check it and remove it', async () => {
    const { project, film, url } = await open();
    const one = [url, '--channel', 'news', '--video', 'rome'];
    const first = await project.run('scrape/scrape', ...one, '--json');
    expect(first.code).toBe(0);
    expect(first.json.filter(({ stage }) => stage === 'downloading').at(-1)).toMatchObject({
      bytesReceived: film.length,
    });
    expect(first.json.at(-1)).toMatchObject({ type: 'stored', skipped: false, video: { download_size: film.length } });
    const path = project.path('scraped-videos/news/rome/video.mp4');
    expect(readFileSync(path)).toEqual(film);
    const again = await project.run('scrape/scrape', ...one);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('news/rome: stored already') });

    writeFileSync(project.path('list.txt'), `news rome ${url}\nnews oslo ${url}\n`);
    const batch = await project.run('scrape/scrape', '--file', project.path('list.txt'));
    expect(batch).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 video stored, 1 already there, 0 failed'),
    });

    const usage = await project.run('scrape/storage', 'usage', '--json');
    expect(usage.json[0]).toMatchObject({ type: 'usage', videos: 2, bytes: 2 * film.length });
    const verified = await project.run('scrape/storage', 'verify', '--content');
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('2 videos checked, 2 as on record') });

    const planned = await project.run('scrape/storage', 'cleanup', '--keep', '0', '--dry-run');
    expect(planned).toMatchObject({ code: 0, stdout: expect.stringMatching(/2 videos, .* would be freed/) });
    expect((await project.run('scrape/storage', 'cleanup', '--keep', '0')).stderr).toContain('--yes');
    expect(existsSync(path)).toBe(true);
    const removed = await project.run('scrape/storage', 'remove', 'rome', '--channel', 'news', '--yes');
    expect([removed.code, existsSync(path)]).toEqual([0, false]);
    const cleaned = await project.run('scrape/storage', 'cleanup', '--keep', '0', '--yes');
    expect(cleaned).toMatchObject({ code: 0, stdout: expect.stringContaining('1 video removed') });
  });

  it.each([
    [['scrape/scrape'], 2, /Give one of/],
    [['scrape/scrape', 'https://a.example/1'], 2, /--channel and --video/],
    [['scrape/scrape', 'https://a.example/1', '--channel', '../x', '--video', 'v'], 2, /channelId/],
    [['scrape/storage', 'nothing'], 2, /usage, cleanup/],
    [['scrape/storage', 'cleanup'], 2, /--older-than, --keep or --max-gb/],
  ])('%j ends with %i', async ([name = '', ...args], code, message) => {
    const run = await new ScriptProject().run(name, ...args);
    expect(run).toMatchObject({ code, stderr: expect.stringMatching(message) });
  });

  it('name what is missing to reach the bucket', async () => {
    const film = ['scrape/scrape', 'https://a.example/1', '--channel', 'news', '--video', 'v'] as const;
    const [name, ...args] = film;
    const empty = await new ScriptProject({ AWS_S3_BUCKET: '' }).run(name, ...args);
    expect(empty).toMatchObject({ code: 3, stderr: expect.stringContaining('AWS_S3_BUCKET is set, but empty') });
    const half = await new ScriptProject({ AWS_S3_BUCKET: 'films', AWS_ACCESS_KEY_ID: 'AKIA' }).run(name, ...args);
    expect(half).toMatchObject({ code: 3, stderr: expect.stringContaining('AWS_SECRET_ACCESS_KEY is missing') });
  });
});
