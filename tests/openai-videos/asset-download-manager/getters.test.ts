import { expect, it } from 'vitest';
import { DownloadCase } from '../../fixtures/openai-videos/download-case.ts';
import { remoteStore } from '../../fixtures/records/remote-store.ts';

it('the getters answer from a copy, which the first call loads and which is kept fresh', async () => {
  const world = await DownloadCase.open();
  // Never answered, so that the jobs stay as they are.
  world.service.twist = () => true;
  await world.queue('page-1');
  const other = world.idle({ store: remoteStore(world.store) });
  const pages = () => other.listDownloads().map(({ notionPageId }) => notionPageId);
  expect(pages()).toEqual([]);
  await expect.poll(pages).toEqual(['page-1']);
  await world.queue('page-2');
  expect(pages()).toEqual(['page-1']);
  world.tick();
  await expect.poll(pages).toEqual(['page-1', 'page-2']);
});
