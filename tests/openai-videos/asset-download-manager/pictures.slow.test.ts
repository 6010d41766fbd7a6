import { describe, expect, it } from 'vitest';
import { makePng } from '../../fixtures/media-files.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { DownloadCase } from '../../fixtures/openai-videos/download-case.ts';
import { refuse, sendFile } from '../../fixtures/openai-videos/video-service.ts';

const typesOf = (job: { downloadedAssets: Array<{ type: string }> }) => job.downloadedAssets.map(({ type }) => type);

describe('a picture that does not come', () => {
  it.each([404, 400, 500])('with %d does not hold up the film, and is noted', async (status) => {
    const world = await DownloadCase.open({ auto: false });
    world.service.twist = ({ what }, response) => what === 'thumbnail' && refuse(response, status);
    await world.queue('page-1');
    const job = await world.until('page-1', 'completed');
    expect(typesOf(job)).toEqual(['video', 'spritesheet']);
    expect(job.missing).toEqual([
      expect.stringMatching(`thumbnail: the server answered ${status}|thumbnail: .*${status}`),
    ]);
  });

  it('never answers: the film is completed without it', async () => {
    const world = await DownloadCase.open({ auto: false, pictureGraceMs: 30 });
    world.service.twist = ({ what }) => what === 'spritesheet';
    await world.queue('page-1');
    const job = await world.until('page-1', 'completed');
    expect(typesOf(job)).toEqual(['video', 'thumbnail']);
    expect(job.missing).toEqual(['spritesheet: it did not arrive in time']);
  });

  it('is asked for again after the film, and completes the job', async () => {
    const world = await DownloadCase.open();
    world.service.twist = ({ what, nth }, response) => what === 'thumbnail' && nth < 2 && refuse(response, 503);
    await world.queue('page-1');
    await world.until('page-1', 'completed');
    await expect
      .poll(() => typesOf(world.manager.getDownloadStatus('page-1') ?? { downloadedAssets: [] }))
      .toEqual(['video', 'thumbnail', 'spritesheet']);
    await expect.poll(() => world.manager.getDownloadStatus('page-1')?.missing).toBeUndefined();
    expect(world.service.asked('video')).toHaveLength(1);
  });

  it('is not asked for for ever', async () => {
    const world = await DownloadCase.open();
    world.service.twist = ({ what }, response) => what === 'thumbnail' && refuse(response, 404);
    await world.queue('page-1');
    await world.until('page-1', 'completed');
    await expect.poll(() => world.service.asked('thumbnail').length).toBe(5);
    await expect.poll(() => world.store.listSync()[0]?.lease).toBeUndefined();
    expect(world.clock.pending).toBe(0);
  });

  it('is corrupt: it is noted as missing, and nothing of it stays', async () => {
    const world = await DownloadCase.open();
    const { thumbnail } = world.service.files;
    thumbnail.body = Buffer.concat([thumbnail.body.subarray(0, 20)]);
    await world.queue('page-1');
    const job = await world.until('page-1', 'completed');
    expect(typesOf(job)).toEqual(['video', 'spritesheet']);
    expect(job.missing?.[0]).toMatch(/^thumbnail: .*not a complete/);
    await expect.poll(() => world.service.asked('thumbnail').length).toBe(5);
    await expect.poll(() => world.files()).toEqual(['video_page-1_V1.mp4', 'video_page-1_V1_spritesheet.jpg']);
  });

  it('is given up for all videos of a service that has refused it three times and never sent one', async () => {
    const world = await DownloadCase.open({ auto: false });
    world.service.twist = ({ what }, response) => what === 'thumbnail' && refuse(response, 404);
    for (let nth = 0; nth < 3; nth += 1) await world.queue(`page-${nth}`);
    for (let nth = 0; nth < 3; nth += 1) await world.until(`page-${nth}`, 'completed');
    await world.queue('page-3');
    expect((await world.until('page-3', 'completed')).missing).toEqual(['thumbnail: the service does not offer any']);
    expect(world.service.asked('thumbnail', 'video_page-3')).toEqual([]);
  });
});

describe('a service that ignores the variant', () => {
  it('sends the film three times: it is read once, and the service is remembered', async () => {
    const world = await DownloadCase.open();
    const body = await makeMp4({ sizeBytes: 3_000_000 });
    world.service.twist = ({ what }, response) =>
      what !== 'status' && what !== 'list' && sendFile(response, { body, type: 'video/mp4' });
    await world.queue('page-1');
    const job = await world.until('page-1', 'completed');
    expect(typesOf(job)).toEqual(['video']);
    expect(job.missing).toEqual([
      'thumbnail: the service does not offer any',
      'spritesheet: the service does not offer any',
    ]);
    await world.queue('page-2');
    await world.until('page-2', 'completed');
    expect(
      world.service
        .contentRequests()
        .map(({ id, what }) => `${id} ${what}`)
        .sort(),
    ).toEqual(['video_page-1 spritesheet', 'video_page-1 thumbnail', 'video_page-1 video', 'video_page-2 video']);
  });
});

describe('a picture in another format', () => {
  it('is kept, with what it is', async () => {
    const world = await DownloadCase.open();
    world.service.files.thumbnail = { body: makePng(), type: 'image/webp' };
    await world.queue('page-1');
    const job = await world.until('page-1', 'completed');
    expect(job.downloadedAssets[1]).toMatchObject({
      fileName: 'video_page-1_V1_thumbnail.webp',
      mimeType: 'image/png',
    });
  });
});
