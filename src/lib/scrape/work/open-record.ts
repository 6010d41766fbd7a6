import { byStoreClock, isLeasedByOther } from '#lib/jobs/lease/lease.ts';
import { type FilmIds, scrapedKey } from '#lib/scrape/record/names.ts';
import { timeOf } from '#lib/scrape/record/processing-jobs.ts';
import type { ScrapedRecord, StoredFilm } from '#lib/scrape/record/record.ts';
import type { ScrapeContext } from './context.ts';

export interface FilmOrder extends FilmIds {
  url: string;
  format?: string | undefined;
  maxHeight?: number | undefined;
  /** Also where it is stored already. */
  force: boolean;
}

/**
 * Puts on record that a film is wanted, before anything is done for it. One that another process works on stays as it is.
 * @param lost the stored film as it was found to be missing or damaged
 */
export async function openRecord(
  { store, newHold }: Pick<ScrapeContext, 'store' | 'newHold'>,
  order: FilmOrder,
  lost: StoredFilm | undefined,
): Promise<void> {
  await store.update(scrapedKey(order), (current, { nowMs }) => {
    if (!current) return newRecord(order, nowMs);
    if (isLeasedByOther(current, byStoreClock(newHold(), { nowMs }))) return current;
    const isLost = !order.force && lost !== undefined && current.stored?.storedAt === lost.storedAt;
    // Another process has stored it since.
    if (!isLost && !order.force && current.stored) return current;
    return { ...current, ...wishOf(order), ...FRESH, ...(isLost && { stored: undefined }) };
  });
}

/** The error of the last try goes with the next one. */
const FRESH: Partial<ScrapedRecord> & { download_status: 'pending' } = {
  ...{ download_status: 'pending', download_attempts: 0, download_retry_at: undefined },
  download_started_at: undefined,
};

function newRecord(order: FilmOrder, nowMs: number): ScrapedRecord {
  const { channelId, videoId } = order;
  return {
    ...{ channelId, videoId, ...wishOf(order), createdAt: timeOf(nowMs) },
    ...{ download_status: 'pending', download_attempts: 0, processing_jobs: [] },
  };
}

function wishOf({ url, format, maxHeight }: FilmOrder): Pick<ScrapedRecord, 'sourceUrl' | 'format' | 'maxHeight'> {
  return { sourceUrl: url, format, maxHeight };
}
