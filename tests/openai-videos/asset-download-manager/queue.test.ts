import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DownloadCase } from '../../fixtures/openai-videos/download-case.ts';
import { refuse } from '../../fixtures/openai-videos/video-service.ts';

describe('a queued download', () => {
  it('fetches film, thumbnail and sprite sheet at once, and names them by video and version', async () => {
    const world = await DownloadCase.open();
    await world.queue('page-1', 'video_abc');
    const job = await world.until('page-1', 'completed');
    expect(world.files()).toEqual(['video_abc_V1.mp4', 'video_abc_V1_spritesheet.jpg', 'video_abc_V1_thumbnail.webp']);
    expect(job.downloadedAssets).toMatchObject([
      { type: 'video', fileName: 'video_abc_V1.mp4', version: 1, mimeType: 'video/mp4' },
      { type: 'thumbnail', fileName: 'video_abc_V1_thumbnail.webp', version: 1, mimeType: 'image/webp' },
      { type: 'spritesheet', fileName: 'video_abc_V1_spritesheet.jpg', version: 1, mimeType: 'image/jpeg' },
    ]);
    const [film] = job.downloadedAssets;
    const { body } = world.service.files.video;
    expect(film?.fileSize).toBe(body.length);
    expect(readFileSync(film?.filePath ?? '')).toEqual(body);
    expect(film?.filePath).toBe(join(world.folder, 'BATCH_1', 'video_abc_V1.mp4'));
    expect(job).toMatchObject({ retryCount: 0, maxRetries: 3, soraVideoId: 'video_abc', batchId: 'BATCH_1' });
    expect(job.expiresAt.getTime() - job.completedAt.getTime()).toBe(3_600_000);
    expect(world.service.asked('video')[0]?.authorization).toBe('Bearer test-key-0123456789');
    expect(world.manager.getDownloadSummary()).toEqual({
      ...{ pending: 0, downloading: 0, completed: 1, failed: 0, expired: 0, approachingExpiration: 0 },
    });
  });

  it('is on record when the call resolves, before anything is downloaded', async () => {
    const world = await DownloadCase.open();
    world.service.twist = () => true;
    await world.queue('page-1');
    expect(world.manager.getDownloadStatus('page-1')).toMatchObject({ status: 'pending', downloadedAssets: [] });
    expect(world.manager.getPendingDownloads()).toHaveLength(1);
  });

  it('has no effect the second time; another page, or a later time, is the next version', async () => {
    const world = await DownloadCase.open({ auto: false });
    await world.queue('page-1', 'video_abc');
    await world.until('page-1', 'completed');
    await world.queue('page-1', 'video_abc');
    await world.clock.advance(1000);
    expect(world.service.asked('video')).toHaveLength(1);
    await world.queue('page-2', 'video_abc');
    expect((await world.until('page-2', 'completed')).downloadedAssets[0]?.version).toBe(2);
    await world.queue('page-1', 'video_abc');
    await expect.poll(() => world.manager.getDownloadStatus('page-1')?.downloadedAssets[0]?.version).toBe(3);
    expect(world.files().filter((name) => name.endsWith('.mp4'))).toEqual([
      'video_abc_V1.mp4',
      'video_abc_V2.mp4',
      'video_abc_V3.mp4',
    ]);
    await expect.poll(() => world.manager.getDownloadSummary().completed).toBe(2);
  });

  it('is retried after 1, 2 and 4 s, then on to the deadline', async () => {
    const world = await DownloadCase.open();
    world.service.twist = ({ what, nth }, response) => what === 'video' && nth < 6 && refuse(response, 500);
    await world.queue('page-1');
    expect(await world.until('page-1', 'completed')).toMatchObject({ retryCount: 6 });
    expect(world.clock.waits.slice(0, 3)).toEqual([1000, 2000, 4000]);
    expect(world.service.asked('thumbnail')).toHaveLength(1);
  });
});
