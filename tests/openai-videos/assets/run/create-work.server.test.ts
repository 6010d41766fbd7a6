import { describe, expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import type { VideoService } from '#lib/openai-videos/assets/fetch/context.ts';
import { DownloadStorage } from '#lib/openai-videos/assets/fetch/storage.server.ts';
import { ONE_HOUR_MS } from '#lib/openai-videos/assets/job/deadline.ts';
import { type DownloadRecord, downloadFormat } from '#lib/openai-videos/assets/job/record.ts';
import { createWork } from '#lib/openai-videos/assets/run/create-work.server.ts';
import { DownloadEvents } from '#lib/openai-videos/assets/run/events.ts';
import { ProgressBook } from '#lib/openai-videos/assets/run/progress-book.ts';
import type { AssetDownloadManagerOptions } from '#lib/openai-videos/assets/run/settings.server.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { FakeClock } from '../../../fixtures/fake-clock.ts';

const service = { baseUrl: 'http://videos.example/v1', origin: 'http://videos.example' } as VideoService;
const pages = { queueUpdate: async () => {}, logVideoError: async () => {} };

function termsOf(options: AssetDownloadManagerOptions) {
  const clock = new FakeClock(5000);
  const terms = createWork(options, {
    ...{ service, settings: readSettings(), clock },
    store: createMemoryStore<DownloadRecord>({ format: downloadFormat }),
    storage: new DownloadStorage({ folder: '/project/films', projectRoot: '/project' }),
    ...{ events: new DownloadEvents(() => expect.unreachable()), progress: new ProgressBook() },
    ...{ records: () => [], refresh: async () => {}, drawPictures: async () => undefined },
  }).terms();
  clock.advance(1000);
  return terms;
}

describe('what a manager works by', () => {
  it('is told the service, the storage by its name, and the time of each call', () => {
    expect(termsOf({})).toMatchObject({ endpoint: 'http://videos.example/v1', storage: 'films', nowMs: 5000 });
  });

  it.each([
    [undefined, ONE_HOUR_MS],
    [0, 0],
    [7, 7],
  ])('keeps a lifetime of %s', (assetLifetimeMs, lifetimeMs) => {
    expect(termsOf({ assetLifetimeMs }).lifetimeMs).toBe(lifetimeMs);
  });

  it.each<[AssetDownloadManagerOptions['notion'], boolean]>([
    [undefined, false],
    [false, false],
    [pages, true],
  ])('updates pages by the option %o: %s', (notion, hasNotion) => {
    expect(termsOf({ notion }).hasNotion).toBe(hasNotion);
  });
});
