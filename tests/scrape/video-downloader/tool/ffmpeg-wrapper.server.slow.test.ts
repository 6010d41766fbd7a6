import { execFile } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { guardedPath, wrapFfmpeg } from '#lib/scrape/video-downloader/tool/ffmpeg-wrapper.server.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const PRINTS_ARGUMENTS = 'for one in "$@"; do printf "%s\\n" "$one"; done';

/** Programs that print their arguments, or do something else, in place of ffmpeg and ffprobe. */
async function wrapped(does = PRINTS_ARGUMENTS) {
  const tools = temporaryFolder();
  for (const name of ['ffmpeg', 'ffprobe']) {
    writeFileSync(join(tools, name), `#!/bin/sh\n${does}\n`);
    chmodSync(join(tools, name), 0o755);
  }
  const folder = join(temporaryFolder(), "it's here");
  expect(await wrapFfmpeg(folder, { PATH: tools })).toBe(true);
  return (name: string, ...args: string[]) =>
    new Promise<{ code: number; out: string[]; errors: string }>((resolve) =>
      execFile(join(folder, name), args, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), out: stdout.split('\n').slice(0, -1), errors: stderr }),
      ),
    );
}

const LIMITS = ['-protocol_whitelist', 'file,pipe', '-format_whitelist', expect.stringContaining('mov,matroska')];

it('PhantomJS, which knows no proxy of ours, is not started', async () => {
  const run = await wrapped();
  expect(await run('phantomjs', 'script.js')).toMatchObject({
    code: 1,
    out: [],
    errors: 'reelkeep: PhantomJS is not started\n',
  });
});

describe('ffmpeg', () => {
  it('gets local files, with the limits before each of them', async () => {
    const run = await wrapped();
    const { code, out } = await run(
      'ffmpeg',
      '-y',
      '-i',
      'file:/a b.mp4',
      '-i',
      '/c.m4a',
      '-map',
      '0:v',
      'file:/o.mp4',
    );
    expect(code).toBe(0);
    expect(out).toEqual([
      ...['-y', ...LIMITS, '-i', 'file:/a b.mp4', ...LIMITS, '-i', '/c.m4a'],
      ...['-map', '0:v', 'file:/o.mp4'],
    ]);
  });

  it.each([
    ['https://a.example/x.m3u8'],
    ['HTTP://a.example/x'],
    ['rtmp://a.example/x'],
    ['concat:/etc/passwd'],
    ['subfile,,start,0,end,9,,:/etc/passwd'],
    ['data:text/plain,x'],
    ['crypto+http://a.example'],
  ])('does not get %s', async (input) => {
    const run = await wrapped();
    const { code, out, errors } = await run('ffmpeg', '-i', input, 'file:/o.mp4');
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(errors).toContain('local files only');
  });

  it.each([['title=see https://a.example'], ['-metadata'], ['0:a?'], ['1:v']])('may be told %s', async (word) => {
    const run = await wrapped();
    expect(await run('ffmpeg', word)).toMatchObject({ code: 0, out: [word] });
  });
});

describe('ffmpeg on a disk that is full', () => {
  const NO_SPACE = 'reelkeep: No space left on device\n';

  it.each([
    ['closes a file that is cut, and ends well', 'Error closing file /o.mp4: No space left on device', 0],
    ['ends with a line that says nothing', 'x= 0x    av_interleaved_write_frame(): No space left on device\n  end', 1],
    ['has no quota left', 'av_interleaved_write_frame(): Disk quota exceeded\nConversion failed!', 1],
    ['reaches the end of FAT32', 'av_interleaved_write_frame(): File too large\nConversion failed!', 1],
  ])('%s: fails, and says so last', async (_what, said, status) => {
    const run = await wrapped(`printf '%s\\n' "${said}" >&2; exit ${status}`);
    expect(await run('ffmpeg', '-y')).toEqual({ code: 1, out: [], errors: `${said}\n${NO_SPACE}` });
  });

  it.each([
    [0, 'All is well'],
    [3, 'Conversion failed!'],
    // Titles and other texts of a film are indented.
    [0, '    a title of a film: No space left on device'],
  ])('is not what it is about: %i, %s', async (status, said) => {
    const run = await wrapped(`echo film; echo '${said}' >&2; exit ${status}`);
    expect(await run('ffmpeg', '-y')).toEqual({ code: status, out: ['film'], errors: `${said}\n` });
  });
});

describe('ffprobe', () => {
  it('has the limits, too', async () => {
    const run = await wrapped();
    expect((await run('ffprobe', '-show_format', 'file:/a.mp4')).out).toEqual([
      ...LIMITS,
      '-show_format',
      'file:/a.mp4',
    ]);
  });
});

it('makes nothing where there is nothing', async () => {
  const folder = join(temporaryFolder(), 'x');
  expect(await wrapFfmpeg(folder, { PATH: temporaryFolder() })).toBe(false);
  expect(existsSync(join(folder, 'ffmpeg'))).toBe(false);
});

it('comes before all other programs, and on Windows in their place', () => {
  expect(guardedPath('/own', '/usr/bin:/bin', 'linux')).toBe('/own:/usr/bin:/bin');
  expect(guardedPath('C:\\own', 'C:\\phantomjs;C:\\ffmpeg', 'win32')).toBe('C:\\own');
});
