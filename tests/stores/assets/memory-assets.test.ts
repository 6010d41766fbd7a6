import { expect, it } from 'vitest';
import { createMemoryAssets } from '#lib/stores/assets/memory-assets.ts';
import { describeAssetStore } from '../../contracts/asset-store.ts';

describeAssetStore('memory assets', () => {
  const store = createMemoryAssets();
  return () => store;
});

it('has no address that anybody else could read', async () => {
  expect(await createMemoryAssets().address('rome.mp4')).toBeUndefined();
});
