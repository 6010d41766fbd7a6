import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { DownloadStorage } from '#lib/openai-videos/assets/fetch/storage.server.ts';
import { drawPictures } from '#lib/openai-videos/assets/run/draw-pictures.server.ts';
import { createMemoryAssets } from '#lib/stores/assets/memory-assets.ts';
import { mediaFiles } from '../../../fixtures/media-files.ts';
import { downloadRecord, PLACE, storedAsset } from '../../../fixtures/openai-videos/download-record.ts';
import { describeWithFfmpeg, makeFilm } from '../../../fixtures/pictures/films.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const { signal } = new AbortController();

describeWithFfmpeg('the pictures of a downloaded film', () => {
  it.each([
    ['a poster of their own', false, 'video_1_V1.poster.webp'],
    ['the thumbnail of the service as poster', true, 'video_1_V1_thumbnail.webp'],
  ])('have %s, and a sprite sheet in any case', async (_what, hasThumbnail, poster) => {
    const folder = temporaryFolder();
    const storage = new DownloadStorage({ folder, projectRoot: folder });
    mkdirSync(dirname(storage.pathOf(PLACE, 'video')));
    makeFilm(storage.pathOf(PLACE, 'video'), { seconds: 1 });
    if (hasThumbnail) writeFileSync(storage.pathOf(PLACE, 'thumbnail'), (await mediaFiles()).webp);
    const assets = [storedAsset('video'), ...(hasThumbnail ? [storedAsset('thumbnail')] : [])];
    const pictures = await drawPictures(storage, downloadRecord({ place: PLACE, assets }), signal);
    expect(pictures?.poster?.name).toBe(poster);
    expect(pictures?.spriteSheet?.name).toBe('video_1_V1.sprites.jpg');
    expect(pictures?.spriteIndex?.name).toBe('video_1_V1.sprites.vtt');
  });

  it('are none without a film in the local folder', async () => {
    const folder = join(temporaryFolder(), 'none');
    const elsewhere = new DownloadStorage({ folder, projectRoot: folder, assets: createMemoryAssets() });
    expect(await drawPictures(elsewhere, downloadRecord({ place: PLACE }), signal)).toBeUndefined();
    expect(
      await drawPictures(new DownloadStorage({ folder, projectRoot: folder }), downloadRecord(), signal),
    ).toBeUndefined();
  });
});
