import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openAssetStore } from '#lib/stores/assets/open-asset-store.server.ts';
import { sourceOf } from '../../contracts/asset-store.ts';
import { startFaultProxy } from '../../fixtures/servers/fault-proxy.ts';
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
