import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readSettings } from '#lib/config.ts';
import {
  assertAssetStore,
  assetStoreAt,
  checkAssetStore,
  openAssetStore,
} from '#lib/stores/assets/open-asset-store.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const local = readSettings({});
const remote = readSettings({ REELKEEP_ASSETS: 's3://films/prefix', AWS_REGION: 'eu-central-1' });

describe('the store for finished files', () => {
  it('is the folder where no object storage is set', async () => {
    const folder = temporaryFolder();
    const store = openAssetStore(local, { folder, area: 'videos' });
    expect([store.location, store.isRemote, await store.stat('a.mp4')]).toEqual([folder, false, undefined]);
  });

  it('is object storage where it is set, in an area of its own', () => {
    const store = openAssetStore(remote, { folder: '/films', area: 'videos' });
    expect([store.location, store.isRemote]).toEqual(['s3://films/prefix/videos', true]);
  });

  it('is one for the same settings and place, so that uploads share their limits', () => {
    const open = (area: string) => openAssetStore({ ...remote }, { folder: '/films', area });
    expect(open('videos')).toBe(open('videos'));
    expect(open('videos')).not.toBe(open('downloads'));
    expect(assetStoreAt(remote, 's3://films/prefix')).toBe(assetStoreAt({ ...remote }, 's3://films/prefix'));
  });

  it('of a record may be another bucket, which needs the settings all the same', () => {
    expect(assetStoreAt(remote, 's3://earlier/prefix/videos')).toMatchObject({
      location: 's3://earlier/prefix/videos',
    });
    expect(assetStoreAt(remote, 's3://earlier')).toMatchObject({ location: 's3://earlier' });
    const missing = { code: 'config', message: expect.stringContaining('Set REELKEEP_ASSETS') };
    expect(() => assetStoreAt(local, 's3://films/a')).toThrow(expect.objectContaining(missing));
    expect(() => assetStoreAt(remote, '/films')).toThrow(expect.objectContaining(missing));
  });

  it('that could not be opened is tried again by the next call', async () => {
    const openS3 = vi.fn().mockReturnValue({ stat: async () => undefined });
    openS3.mockImplementationOnce(() => {
      throw new Error('too many open files');
    });
    vi.doMock('#lib/stores/assets/s3/s3-store.server.ts', () => ({ openS3 }));
    onTestFinished(() => void vi.doUnmock('#lib/stores/assets/s3/s3-store.server.ts'));
    const store = openAssetStore(remote, { folder: '/films', area: 'opened-twice' });
    await expect(store.stat('a.mp4')).rejects.toThrow('too many open files');
    expect(await store.stat('a.mp4')).toBeUndefined();
    expect(await store.stat('a.mp4')).toBeUndefined();
    expect(openS3).toHaveBeenCalledTimes(2);
  });

  it('needs no check where it is a folder', async () => {
    expect(await checkAssetStore(local)).toEqual([]);
    await assertAssetStore(local);
  });
});
