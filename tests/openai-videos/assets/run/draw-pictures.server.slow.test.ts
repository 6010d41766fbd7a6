// isolated: ffmpeg is looked for on the PATH of the process.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { DownloadCase } from '../../../fixtures/openai-videos/download-case.ts';
import { brightnessOf, describeWithFfmpeg, makeFilm } from '../../../fixtures/pictures/films.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const DRAWN = ['sprites.jpg', 'sprites.vtt'];
const DELIVERED = ['V1.mp4', 'V1_spritesheet.jpg', 'V1_thumbnail.webp'];

/** A service whose film and pictures are real, and a manager that draws. */
async function open() {
  const world = await DownloadCase.open({ pictures: true });
  const folder = temporaryFolder();
  const { files } = world.service;
  files.video.body = readFileSync(makeFilm(join(folder, 'film.mp4'), { size: '640x360', seconds: 5 }));
  const drawn = async () => {
    await world.queue('page-1', 'video_abc');
    await world.until('page-1', 'completed');
    // What the service may still send is asked for first.
    const pictures = () => world.manager.getDownloadStatus('page-1')?.pictures;
    await expect.poll(pictures, { timeout: 60_000 }).toBeDefined();
    return pictures();
  };
  const pathOf = (name: string) => join(world.folder, 'BATCH_1', name);
  const names = () => world.files().map((name) => name.replace(/^video_abc[._]/, ''));
  return { world, files, drawn, pathOf, names };
}

describeWithFfmpeg('the pictures that the manager draws', () => {
  it('are beside the film, served by name, and removed with its version', async () => {
    const { world, files, drawn, pathOf } = await open();
    files.thumbnail.body = readFileSync(thumbnailOf(files.video.body));
    const pictures = await drawn();
    expect(pictures).toMatchObject({
      // The service's own thumbnail is the poster.
      poster: { name: 'video_abc_V1_thumbnail.webp', width: 320, height: 180 },
      posterSmall: { name: expect.stringMatching(/^video_abc_V1/) },
      spriteSheet: { name: 'video_abc_V1.sprites.jpg', width: 800, height: 180 },
      spriteIndex: { name: 'video_abc_V1.sprites.vtt' },
    });
    expect(brightnessOf(pathOf('video_abc_V1.sprites.jpg'))).toBeGreaterThan(60);
    expect(readFileSync(pathOf('video_abc_V1.sprites.vtt'), 'utf8')).toContain(
      'video_abc_V1.sprites.jpg#xywh=160,0,160,90',
    );
    expect(world.manager.findFile('BATCH_1', 'video_abc_V1.sprites.vtt')).toMatchObject({
      path: pathOf('video_abc_V1.sprites.vtt'),
    });
    await world.queue('page-2', 'video_abc');
    await world.until('page-2', 'completed');
    await world.manager.resumeDownloads();
    await world.manager.cleanUpVersions({ keep: 1 });
    expect(world.files().filter((name) => name.includes('_V1'))).toEqual([]);
    expect(world.files().filter((name) => name.includes('_V2'))).toHaveLength(5);
  });

  it('are a poster of its own where the thumbnail is corrupt', async () => {
    const { files, drawn, pathOf } = await open();
    files.thumbnail.body = Buffer.concat([files.thumbnail.body.subarray(0, 20), Buffer.alloc(500)]);
    const pictures = await drawn();
    expect(pictures).toMatchObject({
      poster: { name: 'video_abc_V1.poster.webp', width: 640, height: 360 },
      spriteSheet: { name: 'video_abc_V1.sprites.jpg' },
    });
    expect(brightnessOf(pathOf('video_abc_V1.poster.webp'))).toBeGreaterThan(60);
  });

  it('are missing without ffmpeg, by name, and the film is complete', async () => {
    const { world, drawn, names } = await open();
    vi.stubEnv('PATH', join(temporaryFolder(), 'bin'));
    onTestFinished(() => void vi.unstubAllEnvs());
    const pictures = await drawn();
    expect(pictures?.missing?.join(' ')).toContain('ffmpeg');
    expect(names()).toEqual(DELIVERED);
    expect(world.manager.getDownloadSummary()).toMatchObject({ completed: 1, pending: 0 });
  });

  it('are drawn by the next process where one was stopped before', async () => {
    const { world, names } = await open();
    const before = world.another({ pictures: true });
    world.manager = before;
    await world.queue('page-1', 'video_abc');
    await world.until('page-1', 'completed');
    await before.stop();
    world.manager = world.another({ pictures: true });
    await world.manager.resumeDownloads();
    expect(names()).toEqual(expect.arrayContaining(DRAWN.map((name) => `V1.${name}`)));
  });
});

/** A picture of a film, in WebP. */
function thumbnailOf(film: Buffer): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'film.mp4'), film);
  const path = join(folder, 'thumbnail.webp');
  execFileSync('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-i',
    join(folder, 'film.mp4'),
    '-frames:v',
    '1',
    '-vf',
    'scale=320:180',
    path,
  ]);
  return path;
}
