// isolated: the settings, and where ffmpeg is, come from the environment.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { AssetDownloadManager, listDownloadsWithoutPictures, makeDownloadPictures } from '#lib/openai-videos/index.ts';
import { VideoService } from '../../../fixtures/openai-videos/video-service.ts';
import { describeWithFfmpeg, makeFilm } from '../../../fixtures/pictures/films.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

/** One film that was downloaded where no pictures were wanted. */
async function downloaded({ hasThumbnail = true } = {}) {
  const root = temporaryFolder();
  const service = await VideoService.start();
  service.files.video.body = readFileSync(makeFilm(join(root, 'film.mp4'), { size: '640x360', seconds: 3 }));
  // A server that has none sends the film in its place.
  if (!hasThumbnail) service.files.thumbnail = service.files.video;
  vi.stubEnv('WANX_PROJECT_ROOT', root);
  vi.stubEnv('WANX_METADATA_PATH', join(root, 'data/videos.json'));
  const open = () => new AssetDownloadManager({ baseUrl: service.baseUrl, notion: false, pictures: false });
  const manager = open();
  onTestFinished(async () => {
    await manager.stop();
    vi.unstubAllEnvs();
  });
  const completedAt = new Date();
  await manager.queueDownload('page-1', 'video_abc', 'BATCH_1', completedAt);
  await expect.poll(() => manager.getDownloadStatus('page-1')?.status).toBe('completed');
  await manager.stop();
  const film = { notionPageId: 'page-1', soraVideoId: 'video_abc', completedAt: completedAt.toISOString() };
  const records = () => JSON.parse(readFileSync(join(root, 'data/asset-downloads.json'), 'utf8'));
  return { film, open, records, listed: { ...film, batchId: 'BATCH_1', version: 1 } };
}

describeWithFfmpeg('the pictures of a film that was downloaded without', () => {
  it('are made and found, and made anew where a file is lost', async () => {
    const { film, open, listed } = await downloaded();
    expect(await listDownloadsWithoutPictures()).toEqual([listed]);
    expect(await makeDownloadPictures(film)).toMatchObject({ spriteSheet: { name: 'video_abc_V1.sprites.jpg' } });
    expect(await listDownloadsWithoutPictures()).toEqual([]);
    expect(await listDownloadsWithoutPictures({ all: true })).toEqual([listed]);
    const found = open().findFile('BATCH_1', 'video_abc_V1.sprites.vtt');
    expect(found?.mimeType).toBe('text/vtt; charset=utf-8');
    rmSync(found?.path ?? '');
    expect(await listDownloadsWithoutPictures()).toEqual([listed]);
    vi.stubEnv('PATH', '/nowhere');
    // What is there stays on record.
    expect(await makeDownloadPictures(film)).toMatchObject({
      missing: [expect.stringMatching(/ffmpeg was not found/)],
      spriteSheet: { name: 'video_abc_V1.sprites.jpg' },
    });
  });

  it.each([
    ['are news for its page', 'secret', false, { notion: true }],
    ['are none where its page has the poster of the service', 'secret', true, undefined],
    ['are none without Notion', '', false, undefined],
  ])('%s', async (_what, token, hasThumbnail, toDo) => {
    const { film, records } = await downloaded({ hasThumbnail });
    vi.stubEnv('NOTION_TOKEN', token);
    await makeDownloadPictures(film);
    expect(records()[0].toDo).toEqual(toDo);
  });

  it('are not made while there is no such film', async () => {
    const { film } = await downloaded();
    await expect(makeDownloadPictures({ ...film, soraVideoId: 'video_x' })).rejects.toMatchObject({ code: 'busy' });
  });
});
