import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { fetchOne, PictureFetch, typesToFetch } from '#lib/openai-videos/assets/fetch/fetch-files.server.ts';
import { createMemoryAssets } from '#lib/stores/assets/memory-assets.ts';
import { mediaFiles } from '../../../fixtures/media-files.ts';
import { downloadRecord, minutesAfter, PLACE, storedAsset } from '../../../fixtures/openai-videos/download-record.ts';
import { openWork, sha256Of } from '../../../fixtures/openai-videos/download-work.ts';

const { mp4, webp, jpeg } = await mediaFiles();
const answered = (status: number) => new ReelError('network', `the server answered ${status}`);

describe('the files to fetch', () => {
  it('are those that are neither in place nor known not to exist', async () => {
    const { work, context } = await openWork(downloadRecord({ assets: [storedAsset('spritesheet')] }));
    expect(typesToFetch(work)).toEqual(['video', 'thumbnail']);
    context.memory.notePictureIsFilm('thumbnail');
    expect(typesToFetch(work)).toEqual(['video']);
  });
});

describe('a file that comes', () => {
  it('is in place and on record in one step, in the order of its kind', async () => {
    const { work, held, context } = await openWork(downloadRecord({ assets: [storedAsset('spritesheet')] }), {
      bodies: { video: mp4 },
    });
    expect((await fetchOne(work, 'video')).kind).toBe('there');
    expect(existsSync(context.storage.pathOf(PLACE, 'video'))).toBe(true);
    expect(held.record.assets.map(({ type }) => type)).toEqual(['video', 'spritesheet']);
    expect(held.record.assets[0]).toMatchObject({
      ...{ fileName: 'video_1_V1.mp4', sizeBytes: mp4.length, sha256: sha256Of(mp4), mimeType: 'video/mp4' },
      downloadedAt: held.record.completedAt,
    });
    expect(context.memory.isKeyNeverAccepted(held.key)).toBe(false);
  });

  it('is not put over another one', async () => {
    const { work, held, context } = await openWork(downloadRecord(), { bodies: { video: mp4 } });
    const path = context.storage.pathOf(PLACE, 'video');
    mkdirSync(dirname(path));
    writeFileSync(path, 'not ours');
    await expect(fetchOne(work, 'video')).rejects.toMatchObject({ code: 'invalid-input' });
    expect(held.record.assets).toEqual([]);
  });

  it('goes to the asset store before it is on record, and the local copy goes', async () => {
    const assets = createMemoryAssets();
    const { work, held, context } = await openWork(downloadRecord(), { bodies: { video: mp4 }, assets });
    await fetchOne(work, 'video');
    expect((await Array.fromAsync(assets.list(''))).map(({ name }) => name)).toEqual(['BATCH_1/video_1_V1.mp4']);
    expect(held.record.assets).toHaveLength(1);
    expect(existsSync(context.storage.pathOf(PLACE, 'video'))).toBe(false);
  });
});

describe('the pictures beside a film', () => {
  const fetched = async (bodies: Parameters<typeof openWork>[1], changes = {}) => {
    const world = await openWork(downloadRecord(changes), bodies);
    const pictures = new PictureFetch(world.work);
    await pictures.end(0);
    return { ...world, missing: await pictures.missing() };
  };

  it('are asked for at once', async () => {
    const { asked, missing, held } = await fetched({ bodies: { thumbnail: webp, spritesheet: jpeg } });
    expect(asked).toEqual(['thumbnail', 'spritesheet']);
    expect(missing).toEqual([]);
    expect(held.record.assets.map(({ mimeType }) => mimeType)).toEqual(['image/webp', 'image/jpeg']);
  });

  it('are noted with the next try where they do not come, one without the other', async () => {
    const { missing, held } = await fetched({ bodies: { thumbnail: answered(500), spritesheet: 'never' } });
    expect(missing).toEqual([
      { type: 'thumbnail', tries: 1, reason: 'thumbnail: the server answered 500', nextTryAt: minutesAfter(1 / 60) },
      {
        type: 'spritesheet',
        tries: 1,
        reason: 'spritesheet: it did not arrive in time',
        nextTryAt: minutesAfter(1 / 60),
      },
    ]);
    expect(held.record.assets).toEqual([]);
  });

  it('are not asked for where the service offers none', async () => {
    const world = await openWork(downloadRecord(), { bodies: { spritesheet: jpeg } });
    world.context.memory.notePictureIsFilm('thumbnail');
    const pictures = new PictureFetch(world.work);
    await pictures.end(0);
    expect(world.asked).toEqual(['spritesheet']);
    expect(await pictures.missing()).toEqual([
      { type: 'thumbnail', tries: 0, reason: 'thumbnail: the service does not offer any' },
    ]);
  });

  it('end with the job: another process has it', async () => {
    const world = await openWork(downloadRecord(), {
      bodies: { thumbnail: new ReelError('busy', 'taken'), spritesheet: jpeg },
    });
    const pictures = new PictureFetch(world.work);
    await pictures.end(0);
    // The capture’s own `busy` is a part file that is held; one that comes out of it is not told apart.
    expect((await pictures.missing())[0]?.reason).toBe('thumbnail: taken');
  });
});

describe('a picture that is refused for three videos', () => {
  it.each([
    [404, false],
    [400, false],
    [403, false],
    [410, false],
    [500, true],
    // These say nothing about the picture: they pass.
    [429, true],
    [408, true],
    [401, true],
  ])('with %d is still offered: %s', async (status, isOffered) => {
    const world = await openWork(downloadRecord(), { bodies: { thumbnail: answered(status), spritesheet: jpeg } });
    for (const id of ['other-1', 'other-2']) world.context.memory.noteRefused('thumbnail', id);
    const pictures = new PictureFetch(world.work);
    await pictures.end(0);
    await pictures.missing();
    expect(world.context.memory.isOffered('thumbnail')).toBe(isOffered);
  });
});
