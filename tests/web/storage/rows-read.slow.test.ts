import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DownloadService } from '#lib/scrape/index.ts';
import { scrapedKey } from '#lib/scrape/record/names.ts';
import { type ScrapedRecord, scrapedRecords } from '#lib/scrape/record/record.ts';
import { recordStores } from '#lib/stores/records/open-record-store.server.ts';
import { scrapedDownloads, scrapedFilms, storageOverview } from '#lib/web/storage/storage.server.ts';
import { countRows } from '../../fixtures/records/count-rows.ts';
import { databaseProject } from '../../fixtures/records/database-project.ts';
import { storedRecord } from '../../fixtures/scrape/records.ts';

const FILMS = 6000;
const CHANNELS = 5;
const NOW_MS = Date.UTC(2026, 10, 21, 12);

/** Every third film waits, one in a thousand is under way. */
function film(index: number): ScrapedRecord {
  const storedAt = new Date(NOW_MS - index * 3_600_000).toISOString();
  const stored = storedRecord(`channel-${index % CHANNELS}/film-${index}`, {
    storedAt,
    sizeBytes: 1000,
    pictureBytes: 10,
  });
  if (index % 1000 === 7) return { ...stored, stored: undefined, download_status: 'downloading' };
  return index % 3 === 0 ? { ...stored, stored: undefined, download_status: 'pending' } : stored;
}

it('the storage page reads only the rows that it shows', { timeout: 200_000 }, async () => {
  const { folder, address } = databaseProject();
  const store = recordStores(scrapedRecords)({ jsonPath: join(folder, 'scraped-videos.json'), database: address });
  const films = Array.from({ length: FILMS }, (_, index) => film(index));
  await Promise.all(films.map((record) => store.update(scrapedKey(record), () => record)));
  const stored = films.filter((record) => record.stored);
  const rows = countRows();

  const overview = await storageOverview();
  expect([overview.videos, overview.bytes, overview.pictureBytes]).toEqual([
    ...[stored.length, stored.length * 1000, stored.length * 10],
  ]);
  expect(overview.byChannel.length).toBe(CHANNELS);
  expect(overview.growth.at(-1)?.totalBytes).toBe(stored.length * 1010);
  expect(rows()).toBe(0);

  for (const query of ['', 'channel=channel-2', 'status=pending', 'channel=channel-3&status=pending']) {
    const list = (more = '') => scrapedFilms(new URL(`http://localhost/?limit=10&${query}${more}`), false);
    const first = await list();
    expect([first.videos.length, first.all, rows()]).toEqual([10, FILMS, 11]);
    const next = await list(`&cursor=${encodeURIComponent(first.nextCursor ?? '')}`);
    expect([next.videos.length, rows()]).toEqual([10, 11]);
    expect(new Set([...first.videos, ...next.videos].map(({ videoId }) => videoId)).size).toBe(20);
  }
  await scrapedFilms(new URL('http://localhost/?channel=channel-1&video=film-1'), false);
  expect(rows()).toBe(1);

  const { downloads, total } = await scrapedDownloads(new URL('http://localhost/?limit=50'), false);
  expect([downloads.length, total, rows()]).toEqual([50, FILMS / 3 + 4, 50]);
  expect(downloads.filter(({ status }) => status === 'downloading')).toHaveLength(6);

  const usage = await new DownloadService().getStorageUsage({ channelId: 'channel-2' });
  expect(usage.videos).toBe(stored.filter(({ channelId }) => channelId === 'channel-2').length);
  // Those of the channel, and what was read ahead.
  expect(rows()).toBeLessThan(FILMS / 2);
});
