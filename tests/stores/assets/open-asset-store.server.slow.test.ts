import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openAssetStore, sweepUploads } from '#lib/stores/assets/open-asset-store.server.ts';
import { sourceOf } from '../../contracts/asset-store.ts';
import { startFaultProxy } from '../../fixtures/servers/fault-proxy.ts';
import { leaveUpload, uploadsBeside } from '../../fixtures/servers/left-upload.ts';
import { memoryS3 } from '../../fixtures/servers/memory-s3.ts';
import { standInSettings } from '../../fixtures/servers/s3-stores.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

it('the stores of all parts of a process share one limit of bandwidth', async () => {
  const server = await startFaultProxy(memoryS3().handle);
  onTestFinished(() => server.close());
  const assets = standInSettings(server.url, { uploadBytesPerSecond: 20_000 });
  const metadataPath = join(temporaryFolder(), 'records.json');
  const settings = { assets, metadataPath, database: undefined, proxy: {} };
  const stores = ['videos', 'generated-videos'].map((area) => openAssetStore(settings, { folder: '/unused', area }));
  const startedMs = performance.now();
  const puts = stores.map((store, index) => {
    const source = sourceOf(Buffer.alloc(20_000, index + 1));
    return store.put('film.mp4', source, source.facts);
  });
  await Promise.all(puts);
  // Two seconds, less what may go at once.
  expect(performance.now() - startedMs).toBeGreaterThan(1600);
});

it('uploads that killed processes have left are aborted in all parts, but not those that somebody may go on with', async () => {
  const bucket = memoryS3();
  const server = await startFaultProxy(bucket.handle);
  onTestFinished(() => server.close());
  const metadataPath = join(temporaryFolder(), 'records.json');
  const uploads = uploadsBeside(metadataPath);
  const left = async (key: string, hoursAgo: number) => {
    bucket.uploads.set(`upload of ${key}`, { key: `reel/${key}`, headers: {}, parts: new Map() });
    const upload = { endpoint: server.url, bucket: 'films', key: `reel/${key}`, uploadId: `upload of ${key}` };
    await leaveUpload(uploads, { ...upload, hoursAgo });
  };
  for (const key of ['videos/rome.mp4', 'generated-videos/B/v.mp4', 'media/p/1.mp4', 'a/b/video.mp4'])
    await left(key, 2);
  await left('media/p/2.mp4', 0.5);
  bucket.uploads.set('of another program', { key: 'reel/videos/x.mp4', headers: {}, parts: new Map() });

  const settings = { assets: standInSettings(server.url), metadataPath, database: undefined, proxy: {} };
  expect(await sweepUploads(settings)).toBe(4);
  expect([...bucket.uploads.keys()]).toEqual(['upload of media/p/2.mp4', 'of another program']);
  expect(await Array.fromAsync(uploads.find(), ({ key }) => key)).toEqual(['reel/media/p/2.mp4']);
  expect(await sweepUploads({ ...settings, assets: undefined })).toBe(0);
});
