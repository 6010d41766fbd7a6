import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { anyVideo } from '#lib/capture/formats/formats.server.ts';
import { checkFilm } from '#lib/scrape/video-downloader/check/check-film.server.ts';
import { makeMov, makeWebm } from '../../../fixtures/media-files.ts';
import { makeMp4 } from '../../../fixtures/mp4/mp4.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

function check(bytes: Buffer, announcesAudio = false) {
  const path = join(temporaryFolder(), 'video.bin');
  writeFileSync(path, bytes);
  return checkFilm(path, anyVideo, { announcesAudio });
}

it.each([
  [
    'MP4',
    () => makeMp4({ audio: true, width: 1280, height: 720 }),
    { container: 'mp4', resolution: '720p', playsEverywhere: true },
  ],
  ['WebM', () => makeWebm(), { container: 'webm', mimeType: 'video/webm', videoCodec: 'vp8', playsEverywhere: false }],
  ['QuickTime', () => makeMov(), { container: 'mov', extension: 'mov', playsEverywhere: false }],
])('reads %s by its content', async (_what, make, facts) => {
  expect(await check(await make())).toMatchObject(facts);
});

it('reads the codecs of both tracks', async () => {
  const film = await check(await makeMp4({ audio: true }), true);
  expect(film).toMatchObject({ videoCodec: 'avc1.42c00d', audioCodec: 'mp4a.40.2', durationSeconds: 2 });
  expect(film.sha256).toMatch(/^[0-9a-f]{64}$/);
});

it('misses the sound that was announced', async () => {
  await expect(check(await makeMp4({ audio: false }), true)).rejects.toMatchObject({ code: 'integrity' });
  await expect(check(await makeMp4({ audio: false }), false)).resolves.toMatchObject({ audioCodec: undefined });
});

it('refuses what is cut', async () => {
  const film = await makeMp4();
  await expect(check(film.subarray(0, film.length - 100))).rejects.toMatchObject({ code: 'not-a-video' });
});

it('does not find what is not there', async () => {
  const path = join(temporaryFolder(), 'x.mp4');
  await expect(checkFilm(path, anyVideo, { announcesAudio: false })).rejects.toMatchObject({ code: 'disk' });
});
