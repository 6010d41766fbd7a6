import { isLeasedByOther } from '#lib/jobs/lease/lease.ts';
import type { DownloadRequest } from '#lib/scrape/record/check-request.ts';
import { scrapedKey } from '#lib/scrape/record/names.ts';
import type { ScrapedRecord } from '#lib/scrape/record/record.ts';
import type { ScrapeContext } from './context.ts';

/** What is left to do for the films on record. */
export interface OpenWork {
  /** To be downloaded or stored. */
  wanted: DownloadRequest[];
  /** Stored, or being removed, with something left to do. */
  untidy: ScrapedRecord[];
}

/**
 * Looks for what earlier processes have not finished, and removes the folders that nobody needs any more. What another
 * process works on, or what is not out yet, is not among it.
 * @throws ReelError errors of the records, `disk*`
 */
export async function findOpenWork({ store, newHold, folders, clock }: ScrapeContext): Promise<OpenWork> {
  await folders.sweep((ids) => store.get(scrapedKey(ids)), clock.now());
  const work: OpenWork = { wanted: [], untidy: [] };
  for await (const record of store.find({ unfinished: true })) {
    const isLater = Date.parse(record.download_retry_at ?? '') > clock.now();
    if (isLater || isLeasedByOther(record, newHold())) continue;
    if (record.isRemoving || record.download_status === 'downloaded') work.untidy.push(record);
    else work.wanted.push(requestOf(record));
  }
  return work;
}

function requestOf({ sourceUrl, channelId, videoId, format, maxHeight }: ScrapedRecord): DownloadRequest {
  return { url: sourceUrl, channelId, videoId, format, maxHeight };
}
