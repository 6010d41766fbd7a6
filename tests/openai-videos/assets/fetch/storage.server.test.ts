import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DownloadStorage } from '#lib/openai-videos/assets/fetch/storage.server.ts';
import { nameIsUnknown } from '#lib/stores/assets/asset-rules.ts';
import type { AssetStore } from '#lib/stores/assets/asset-store.ts';
import { createLocalFolder } from '#lib/stores/assets/local-folder.server.ts';
import { createMemoryAssets } from '#lib/stores/assets/memory-assets.ts';
import { PLACE } from '../../../fixtures/openai-videos/download-record.ts';
import { sha256Of } from '../../../fixtures/openai-videos/download-work.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

function storage({ isLocal = true } = {}) {
  const folder = temporaryFolder();
  const assets = isLocal ? undefined : createMemoryAssets();
  const made = new DownloadStorage({ folder, projectRoot: folder, assets });
  const path = made.pathOf(PLACE, 'video');
  mkdirSync(dirname(path));
  return { made, folder, path, assets: assets ?? createLocalFolder({ folder }) };
}

describe('the name of a storage', () => {
  it.each([
    ['/project/generated/videos', 'generated/videos'],
    ['/elsewhere/videos', '/elsewhere/videos'],
    ['/project-2/videos', '/project-2/videos'],
    ['/project', ''],
  ])('of %s in /project is "%s"', (folder, name) => {
    expect(new DownloadStorage({ folder, projectRoot: '/project' }).name).toBe(name);
  });
});

describe('where a file is', () => {
  const fileName = 'video_1_V1.mp4';
  it('in the local folder has a path, elsewhere a name', () => {
    const { made, path, folder } = storage();
    expect(path).toBe(join(folder, 'BATCH_1', fileName));
    expect(made.filePathOf(PLACE, { fileName })).toBe(path);
    expect(storage({ isLocal: false }).made.filePathOf(PLACE, { fileName })).toBe(`BATCH_1/${fileName}`);
  });

  it('is told from another file, and from what is only begun', () => {
    const { made, path } = storage();
    expect(made.isDownloaded(PLACE, 'video')).toBe(false);
    expect(made.bytesOfPart(PLACE)).toBe(0);
    writeFileSync(`${path}.part`, 'abc');
    expect(made.bytesOfPart(PLACE)).toBe(3);
    expect(() => made.assertFree(PLACE, 'video')).not.toThrow();
    writeFileSync(path, '');
    expect(() => made.assertFree(PLACE, 'video')).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('lists every version of one video, and of no other', async () => {
    const { made, path } = storage();
    for (const name of ['video_1_V1.mp4', 'video_1_V12_thumbnail.webp', 'video_10_V1.mp4', 'xvideo_1_V1.mp4'])
      writeFileSync(join(dirname(path), name), 'x');
    expect((await made.fileNames(PLACE)).sort()).toEqual(['video_1_V1.mp4', 'video_1_V12_thumbnail.webp']);
  });
});

describe('a downloaded file', () => {
  const bytes = Buffer.from('film');
  const facts = { sizeBytes: bytes.length, sha256: sha256Of(bytes), mimeType: 'video/mp4' };

  it.each([true, false])('stays or goes to the asset store (local: %s), and leftovers go', async (isLocal) => {
    const { made, path, assets } = storage({ isLocal });
    const cleaned: string[] = [];
    writeFileSync(path, bytes);
    await made.keep(PLACE, 'video', facts, new AbortController().signal);
    await made.tidy(PLACE, 'video', { removeLeftovers: async (file) => void cleaned.push(file) });
    expect(existsSync(path)).toBe(isLocal);
    expect(cleaned).toEqual([path]);
    const kept = await Array.fromAsync(assets.list('BATCH_1/'));
    expect(kept.map(({ name }) => name)).toEqual(['BATCH_1/video_1_V1.mp4']);
    expect(readdirSync(dirname(path))).toHaveLength(isLocal ? 1 : 0);
  });
});

describe('a store with an address', () => {
  const LOCATION = 's3://films/reel';
  function addressed(assets: AssetStore = createMemoryAssets()) {
    const folder = temporaryFolder();
    const asked: string[] = [];
    const objectsAt = (location: string) => {
      asked.push(location);
      return assets;
    };
    const named = Object.assign(assets, { location: LOCATION });
    const made = new DownloadStorage({ folder, projectRoot: folder, assets: named, objectsAt });
    const path = made.pathOf(PLACE, 'video');
    mkdirSync(dirname(path));
    const keep = (text: string) => {
      const bytes = Buffer.from(text);
      writeFileSync(path, bytes);
      const facts = { sizeBytes: bytes.length, sha256: sha256Of(bytes), mimeType: 'video/mp4' };
      return made.keep(PLACE, 'video', facts, new AbortController().signal);
    };
    return { made, assets, asked, keep, path };
  }
  const names = async (assets: AssetStore) => (await Array.fromAsync(assets.list(''))).map(({ name }) => name);

  it('gives each file an address for its record', async () => {
    const { made, keep, asked } = addressed();
    const object = await keep('film');
    expect(object).toEqual({ location: LOCATION, name: 'BATCH_1/video_1_V1.mp4' });
    const asset = { fileName: 'video_1_V1.mp4', object };
    expect([made.isHere(asset), made.filePathOf(PLACE, asset)]).toEqual([false, 'BATCH_1/video_1_V1.mp4']);
    await made.remove(PLACE, asset);
    expect(asked).toEqual([LOCATION]);
  });

  it('still has what was downloaded before it was configured', async () => {
    const { made, path } = addressed();
    writeFileSync(path, 'film');
    const asset = { fileName: 'video_1_V1.mp4', object: undefined };
    expect([made.isHere(asset), made.filePathOf(PLACE, asset)]).toEqual([true, path]);
    expect(await made.fileNames(PLACE)).toEqual(['video_1_V1.mp4']);
    await made.remove(PLACE, asset);
    expect(existsSync(path)).toBe(false);
  });

  it('gives a file whose name is taken, or may be, a name by its content: always the same', async () => {
    const assets = createMemoryAssets();
    const other = join(temporaryFolder(), 'other');
    writeFileSync(other, 'another');
    const facts = { sizeBytes: 7, sha256: sha256Of(Buffer.from('another')), mimeType: 'video/mp4' };
    await assets.put('BATCH_1/video_1_V1.mp4', { path: other }, facts);
    const { keep } = addressed(assets);
    const name = `BATCH_1/video_1_V1~${sha256Of(Buffer.from('film')).slice(0, 16)}.mp4`;
    expect([await keep('film'), await keep('film')]).toEqual([
      { location: LOCATION, name },
      { location: LOCATION, name },
    ]);
    expect(await names(assets)).toEqual(['BATCH_1/video_1_V1.mp4', name]);
    const silent = { ...createMemoryAssets() };
    const { put } = silent;
    silent.put = async (one, ...rest) => {
      if (!rest[2]?.isOwnName) throw nameIsUnknown('Nobody may say.', undefined);
      return put(one, ...rest);
    };
    expect(await addressed(silent).keep('film')).toEqual({ location: LOCATION, name });
  });
});
