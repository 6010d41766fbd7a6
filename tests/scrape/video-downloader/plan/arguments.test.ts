import { describe, expect, it } from 'vitest';
import { downloadArguments, listArguments, probeArguments } from '#lib/scrape/video-downloader/plan/arguments.ts';

const common = {
  proxyUrl: 'http://127.0.0.1:9',
  ffmpegFolder: '/tmp/x/local-ffmpeg',
  nodePath: '/usr/bin/node',
  knows: () => true,
};
const url = 'https://site.example/watch?v=1';
const probe = (choice = {}) => probeArguments(url, common, choice);
const download = (choice = {}) => downloadArguments({ infoPath: '/tmp/x/page.json', folder: '/tmp/x' }, common, choice);
const valueAfter = (args: string[], option: string) => args[args.indexOf(option) + 1];

describe.each([
  ['a probe', probe()],
  ['a download', download()],
  ['a list', listArguments(url, common)],
])('%s', (_what, args) => {
  it('runs no code of others', () => {
    expect(args).toEqual(
      expect.arrayContaining(['--ignore-config', '--no-plugin-dirs', '--no-exec', '--no-cache-dir']),
    );
    expect(valueAfter(args, '--js-runtimes')).toBe('node:/usr/bin/node');
  });

  it('has every request go through our proxy, and ffmpeg open local files only', () => {
    expect(valueAfter(args, '--proxy')).toBe('http://127.0.0.1:9');
    expect(args).toContain('--ffmpeg-location=/tmp/x/local-ffmpeg');
  });

  it('searches nowhere', () => {
    expect(valueAfter(args, '--default-search')).toBe('error');
  });
});

describe('an address', () => {
  it('is never an option', () => {
    expect(probeArguments('--exec=rm', common, {}).slice(-2)).toEqual(['--', '--exec=rm']);
    expect(listArguments('--exec=rm', common).slice(-2)).toEqual(['--', '--exec=rm']);
  });
});

describe('formats', () => {
  const formatOf = (args: string[]) => args.find((one) => one.startsWith('--format='));

  it('are those that every browser plays, if there are any, over protocols that can be watched', () => {
    expect(formatOf(probe())).toBe("--format=(bv*+ba/b)[protocol~='^(https?|m3u8|m3u8_native|http_dash_segments)$']");
    expect(probe()).toContainEqual(expect.stringMatching(/^--format-sort=lang,vcodec:h264,acodec:aac,/));
  });

  it('can be asked for, and keep to the protocols', () => {
    const args = probe({ format: '-x/best' });
    expect(formatOf(args)).toMatch(/^--format=\(-x\/best\)\[protocol~=/);
    expect(args.some((one) => one.startsWith('--format-sort'))).toBe(false);
  });

  it('can be limited in height', () => {
    expect(formatOf(probe({ maxHeight: 720 }))).toContain('(bv*+ba/b)[height<=?720]');
  });

  it('are the same when the page is read and when the video is fetched', () => {
    const choice = { maxHeight: 480 };
    expect(formatOf(download(choice))).toBe(formatOf(probe(choice)));
  });
});

describe('a download', () => {
  it('loses no fragment in silence', () => {
    expect(download()).toContain('--abort-on-unavailable-fragments');
  });

  it('fetches HLS and DASH by itself', () => {
    expect(download()).toEqual(expect.arrayContaining(['m3u8:native', 'dash:native']));
  });

  it('reports in lines that are told apart by their first letter', () => {
    const args = download();
    expect(valueAfter(args, '--progress-template')).toMatch(/^download:P /);
    expect(valueAfter(args, '--print')).toMatch(/^after_move:F /);
  });

  it('stays in its folder', () => {
    const args = download();
    expect(args).toEqual(expect.arrayContaining(['-P', '/tmp/x', 'temp:/tmp/x', '--restrict-filenames']));
    expect(valueAfter(args, '-o')).toBe('video.%(format_id)s.%(ext)s');
  });
});

describe('an old yt-dlp', () => {
  const old = { ...common, knows: () => false };

  it('is given no option that it does not have', () => {
    const args = [
      ...probeArguments(url, old, {}),
      ...downloadArguments({ infoPath: 'i', folder: 'f' }, old, {}),
      ...listArguments(url, old),
    ];
    const newer = ['--no-plugin-dirs', '--color', '--progress-delta', '--js-runtimes', '--lazy-playlist'];
    expect(newer.filter((option) => args.includes(option))).toEqual([]);
    expect(args).toContain('--no-colors');
  });
});

it('names no Node where there is none whose network can be taken away', () => {
  expect(probeArguments(url, { ...common, nodePath: undefined }, {})).not.toContain('--js-runtimes');
});
