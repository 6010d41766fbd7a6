import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makePictures, type Picture, stopPictures } from '#lib/pictures/index.ts';
import { mediaFiles } from '../fixtures/media-files.ts';
import { brightnessOf, describeWithFfmpeg, fakeFfmpeg, makeFilm } from '../fixtures/pictures/films.ts';
import { Child } from '../fixtures/processes/child.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const NAMES = ['film.poster-640.webp', 'film.poster.webp', 'film.sprites.jpg', 'film.sprites.vtt'];
const GONE = /^No pictures: the film is gone, or there is something else in its place/;
/** What lies beside the film. */
const beside = (folder: string) => readdirSync(folder).filter((name) => name !== 'film.mp4' && name !== 'bin');
const cuesOf = (folder: string) => readFileSync(join(folder, 'film.sprites.vtt'), 'utf8').match(/-->/g)?.length;

describeWithFfmpeg('the pictures of a film', () => {
  it('are a poster in two sizes, a sprite sheet and its index', async () => {
    const folder = temporaryFolder();
    const film = makeFilm(join(folder, 'film.mp4'), { size: '1280x720' });
    const pictures = await makePictures(film);
    expect(pictures).toMatchObject({
      poster: { name: 'film.poster.webp', mimeType: 'image/webp', width: 1280, height: 720 },
      posterSmall: { name: 'film.poster-640.webp', mimeType: 'image/webp', width: 640, height: 360 },
      spriteSheet: { name: 'film.sprites.jpg', mimeType: 'image/jpeg', width: 800, height: 180 },
      spriteIndex: { name: 'film.sprites.vtt', mimeType: 'text/vtt; charset=utf-8' },
    });
    expect(pictures.missing).toBeUndefined();
    expect(beside(folder)).toEqual(NAMES);
    expect(cuesOf(folder)).toBe(10);
    const bytes = readFileSync(join(folder, 'film.poster.webp'));
    expect(pictures.poster?.sizeBytes).toBe(bytes.length);
  });

  it.each([
    ['one frame', { seconds: 0.04 }, 1],
    ['0.4 s', { seconds: 0.4 }, 1],
    ['0.9 s', { seconds: 0.9 }, 2],
    ['2 s, and sound that goes on for three more', { seconds: 2, sound: 5 }, 4],
  ])('are there for %s', async (_name, options, cues) => {
    const folder = temporaryFolder();
    const pictures = await makePictures(makeFilm(join(folder, 'film.mp4'), options));
    expect(pictures).toMatchObject({ poster: { width: 320, height: 180 }, spriteSheet: { height: 90 } });
    expect(beside(folder)).toEqual(NAMES);
    expect(cuesOf(folder)).toBe(cues);
    expect(brightnessOf(join(folder, 'film.sprites.jpg'), 'crop=160:90:0:0')).toBeGreaterThan(60);
  });

  it.each([
    ['a fade from black', { filter: 'fade=in:st=1.5:d=1' }, 60],
    ['black with one bright second', { filter: "drawbox=t=fill:c=black:enable='not(between(t,2.2,2.8))'" }, 60],
  ])('show the brightest moment after %s', async (_name, options, brightness) => {
    const folder = temporaryFolder();
    await makePictures(makeFilm(join(folder, 'film.mp4'), options));
    expect(brightnessOf(join(folder, 'film.poster.webp'))).toBeGreaterThan(brightness);
    expect(brightnessOf(join(folder, 'film.poster-640.webp'))).toBeGreaterThan(brightness);
  });

  it('are there for a film that is black to the end', async () => {
    const folder = temporaryFolder();
    const film = makeFilm(join(folder, 'film.mp4'), { filter: 'drawbox=t=fill:c=black', seconds: 2 });
    expect((await makePictures(film)).missing).toBeUndefined();
  });

  it.each([
    ['oblong pixels', { size: '720x576', filter: 'setsar=64/45' }, [1024, 576], [640, 360], [160, 90]],
    ['pixels that are higher than wide', { size: '640x360', filter: 'setsar=1/2' }, [320, 360], [320, 360], [142, 160]],
    ['a tall picture', { size: '720x1280' }, [720, 1280], [640, 1138], [90, 160]],
    ['an odd size', { size: '322x182', filter: 'crop=322:182' }, [322, 182], [322, 182], [160, 90]],
  ])('have the shape of a film with %s', async (_name, options, full, small, tile) => {
    const folder = temporaryFolder();
    const pictures = await makePictures(makeFilm(join(folder, 'film.mp4'), { ...options, seconds: 1 }));
    const sizeOf = (picture: Partial<Picture> = {}) => [picture.width, picture.height];
    expect([sizeOf(pictures.poster), sizeOf(pictures.posterSmall)]).toEqual([full, small]);
    expect(readFileSync(join(folder, 'film.sprites.vtt'), 'utf8')).toContain(`#xywh=0,0,${tile.join(',')}\n`);
  });

  it('stand upright where the film is turned', async () => {
    const folder = temporaryFolder();
    const flat = makeFilm(join(folder, 'flat.mp4'), { seconds: 1 });
    const turned = ['-display_rotation', '90', '-i', `file:${flat}`, '-c', 'copy', `file:${join(folder, 'film.mp4')}`];
    const older = [
      '-i',
      `file:${flat}`,
      '-c',
      'copy',
      '-metadata:s:v',
      'rotate=90',
      `file:${join(folder, 'film.mp4')}`,
    ];
    try {
      execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...turned], { stdio: 'ignore' });
    } catch {
      execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...older]);
    }
    expect((await makePictures(join(folder, 'film.mp4'))).poster).toMatchObject({ width: 180, height: 320 });
  });

  it.each(['50%d off', 'a:b', "it's, here", '[0:v]', 'ü 雨', '-y'])(
    'are in the folder of the film: %s',
    async (name) => {
      const folder = join(temporaryFolder(), name);
      mkdirSync(folder);
      const film = makeFilm(join(folder, `${name}.mp4`), { seconds: 1 });
      expect((await makePictures(film)).missing).toBeUndefined();
      expect(readdirSync(folder)).toHaveLength(5);
      expect(readdirSync(join(folder, '..'))).toEqual([name]);
    },
  );

  it('are made of a WebM and of a QuickTime film', async () => {
    const folder = temporaryFolder();
    const film = makeFilm(join(folder, 'film.mp4'), { seconds: 1 });
    const to = (name: string, ...args: string[]) =>
      execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-i', `file:${film}`, ...args, `file:${join(folder, name)}`]);
    to('a.webm', '-c:v', 'libvpx', '-deadline', 'realtime');
    to('b.mov', '-c', 'copy');
    for (const name of ['a.webm', 'b.mov'])
      expect((await makePictures(join(folder, name))).missing, name).toBeUndefined();
  });
});

describeWithFfmpeg('what is no film', () => {
  it.each([
    ['a playlist that names another file', (other: string) => `#EXTM3U\n#EXTINF:1,\nfile:${other}\n#EXT-X-ENDLIST\n`],
    ['a list of files to join', (other: string) => `ffconcat version 1.0\nfile '${other}'\n`],
  ])('%s is not opened by ffmpeg', async (_name, text) => {
    const folder = temporaryFolder();
    const other = makeFilm(join(folder, 'other.ts'), { seconds: 1, format: 'mpegts' });
    writeFileSync(join(folder, 'film.mp4'), text(other));
    expect((await makePictures(join(folder, 'film.mp4'))).missing).toEqual([
      expect.stringMatching(/^No poster: ffmpeg could not draw it/),
      expect.stringMatching(/^No sprite sheet/),
    ]);
    expect(beside(folder)).toEqual(['other.ts']);
  });

  it.each([
    ['that is gone', () => {}, GONE],
    ['that is a folder', (film: string) => mkdirSync(film), GONE],
    ['that is a pipe', (film: string) => execFileSync('mkfifo', [film]), GONE],
    ['that is a link', (film: string) => symlinkSync('/etc/hostname', film), GONE],
    ['that is empty', (film: string) => writeFileSync(film, ''), /could not draw/],
  ])('a film %s has none', async (_name, make, reason) => {
    const folder = temporaryFolder();
    make(join(folder, 'film.mp4'));
    expect((await makePictures(join(folder, 'film.mp4'))).missing?.[0]).toMatch(reason);
    expect(beside(folder)).toEqual([]);
  });

  it('a film that only looks like one has none, and the reason is ffmpeg’s', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'film.mp4'), (await mediaFiles()).mp4);
    const { missing, poster } = await makePictures(join(folder, 'film.mp4'));
    expect(poster).toBeUndefined();
    expect(missing).toEqual([expect.stringMatching(/^No poster: ffmpeg could not/), expect.stringMatching(/sheet/)]);
    expect(beside(folder)).toEqual([]);
  });
});

describe('without ffmpeg', () => {
  it('nothing is made, and the film says so', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'film.mp4'), (await mediaFiles()).mp4);
    const pictures = await makePictures(join(folder, 'film.mp4'), { environment: { PATH: '/nowhere:relative' } });
    const reason = expect.stringMatching(/ffmpeg was not found on PATH. Install it, then run: npm run pictures/);
    expect(pictures).toEqual({ filmSha256: expect.any(String), missing: [reason, reason] });
    expect(beside(folder)).toEqual([]);
  });

  it('what the provider delivered is taken all the same', async () => {
    const folder = temporaryFolder();
    const { mp4, webp, jpeg } = await mediaFiles();
    for (const [name, bytes] of Object.entries({
      'film.mp4': mp4,
      'film_thumbnail.webp': webp,
      'film_sheet.jpg': jpeg,
    }))
      writeFileSync(join(folder, name), bytes);
    const pictures = await makePictures(join(folder, 'film.mp4'), {
      environment: {},
      durationSeconds: 2,
      delivered: {
        poster: join(folder, 'film_thumbnail.webp'),
        spriteSheet: { path: join(folder, 'film_sheet.jpg'), columns: 1, rows: 1 },
      },
    });
    expect(pictures).toMatchObject({
      poster: { name: 'film_thumbnail.webp' },
      posterSmall: { name: 'film_thumbnail.webp' },
      spriteSheet: { name: 'film_sheet.jpg', mimeType: 'image/jpeg' },
      spriteIndex: { name: 'film.sprites.vtt' },
    });
    expect(pictures.missing).toBeUndefined();
    expect(readFileSync(join(folder, 'film.sprites.vtt'), 'utf8')).toContain('film_sheet.jpg#xywh=0,0,1,1');
  });
});

describe('a program that behaves badly', () => {
  const world = async (script: string) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'film.mp4'), (await mediaFiles()).mp4);
    writeFileSync(join(folder, 'bin.webp'), (await mediaFiles()).webp);
    return { folder, film: join(folder, 'film.mp4'), environment: fakeFfmpeg(folder, script) };
  };
  const TARGETS = 'for one in "$@"; do case "$one" in file:*.tmp) ';

  it('ends with 0 and writes an empty picture', async () => {
    const { folder, film, environment } = await world(`${TARGETS} : > "\${one#file:}" ;; esac; done; exit 0`);
    expect((await makePictures(film, { environment })).missing).toHaveLength(2);
    expect(beside(folder)).toEqual(['bin.webp']);
  });

  it('ends with 1 and writes a good one', async () => {
    const copy = `${TARGETS} cp "$(dirname "$0")/../bin.webp" "\${one#file:}" ;; esac; done; exit 1`;
    const { film, environment } = await world(copy);
    const pictures = await makePictures(film, { environment });
    expect(pictures).toMatchObject({ poster: { width: 1, height: 1 }, posterSmall: { width: 1 } });
    // A WebP is no sprite sheet.
    expect(pictures.missing).toEqual([expect.stringMatching(/^No sprite sheet/)]);
  });

  it('does not end, and is killed when the time is over', async () => {
    const { folder, film, environment } = await world('echo $$ > "$(dirname "$0")/pid"; exec sleep 600');
    const { missing } = await makePictures(film, { environment, timeLimitMs: 300 });
    expect(missing).toEqual([expect.stringMatching(/took too long/), expect.stringMatching(/took too long/)]);
    await expect.poll(() => isAlive(pidIn(folder))).toBe(false);
    expect(beside(folder)).toEqual(['bin.webp']);
  });

  it('is killed when whoever asked stops asking', async () => {
    const { folder, film, environment } = await world('echo $$ > "$(dirname "$0")/pid"; exec sleep 600');
    const stop = new AbortController();
    const asked = makePictures(film, { environment, signal: stop.signal });
    await expect.poll(() => existsSync(join(folder, 'bin/pid'))).toBe(true);
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
    await expect.poll(() => isAlive(pidIn(folder))).toBe(false);
  });

  it('is killed with the process that started it, also by SIGKILL', async () => {
    const { folder, film, environment } = await world('echo $$ > "$(dirname "$0")/pid"; exec sleep 600');
    const child = new Child('../pictures/drawing.ts', [film], environment);
    await expect.poll(() => readIf(join(folder, 'bin/pid'))).not.toBe('');
    expect(isAlive(pidIn(folder))).toBe(true);
    child.signal('SIGKILL');
    expect(await child.exit).toBe('SIGKILL');
    await expect.poll(() => isAlive(pidIn(folder))).toBe(false);
  });

  it('gets no secret to read', async () => {
    const { folder, film, environment } = await world('env > "$(dirname "$0")/env"');
    process.env.DASHSCOPE_API_KEY = 'sk-secret';
    onTestFinished(() => {
      delete process.env.DASHSCOPE_API_KEY;
    });
    await makePictures(film, { environment });
    expect(readIf(join(folder, 'bin/env'))).not.toContain('secret');
  });
});

describe('the queue', () => {
  const COUNTING = [
    'echo start >> "$(dirname "$0")/log"',
    'mkdir "$(dirname "$0")/busy" || echo together >> "$(dirname "$0")/log"',
    'sleep 0.05; rmdir "$(dirname "$0")/busy"',
  ].join('\n');

  it('draws the pictures of one film once, however many ask, and one film at a time', async () => {
    const folder = temporaryFolder();
    const { mp4 } = await mediaFiles();
    const films = ['a', 'b', 'c', 'd'].map((name) => join(folder, `${name}.mp4`));
    for (const film of films) writeFileSync(film, mp4);
    const environment = fakeFfmpeg(folder, COUNTING);
    await Promise.all([...films, ...films, ...films, ...films].map((film) => makePictures(film, { environment })));
    // Two tries for the poster of each.
    expect(readIf(join(folder, 'bin/log')).trim().split('\n')).toEqual(Array(8).fill('start'));
  });

  it('stops with the process', async () => {
    const folder = temporaryFolder();
    copyFileSync(join(import.meta.dirname, '../fixtures/mp4/films/plain.mp4'), join(folder, 'film.mp4'));
    const environment = fakeFfmpeg(folder, 'echo $$ > "$(dirname "$0")/pid"; exec sleep 600');
    const asked = makePictures(join(folder, 'film.mp4'), { environment });
    const ended = expect(asked).rejects.toMatchObject({ message: expect.stringMatching(/shutting down|cancelled/) });
    await expect.poll(() => existsSync(join(folder, 'bin/pid'))).toBe(true);
    await stopPictures();
    await ended;
  });
});

it.each(['film.mp4', './film.mp4', ''])('refuses the relative path "%s"', async (path) => {
  await expect(makePictures(path)).rejects.toMatchObject({ code: 'invalid-input' });
});

function readIf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function pidIn(folder: string): number {
  return Number(readIf(join(folder, 'bin/pid')));
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
