import { ReelError } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import { HeldRecord } from '#lib/jobs/lease/held-record.ts';
import type { FilmPictures } from '#lib/jobs/record/job-record.ts';
import { type FilmIds, scrapedKey } from '#lib/scrape/record/names.ts';
import type { ScrapedRecord } from '#lib/scrape/record/record.ts';
import { createContext, type DownloadServiceOptions } from '#lib/scrape/service-options.server.ts';
import type { FilmStores } from '#lib/scrape/storage/film-places.server.ts';
import { compareObject } from '#lib/scrape/storage/stored-object.server.ts';
import { tidyFilm } from './attempt.server.ts';
import { KINDS } from './chores.server.ts';

/**
 * Every stored film without all of its pictures.
 * @param all also those that have them
 * @throws ReelError errors of the records
 */
export async function listScrapedFilmsWithoutPictures(
  { all = false } = {},
  options: DownloadServiceOptions = {},
): Promise<FilmIds[]> {
  const { store, stores } = contextFor(options);
  const found: FilmIds[] = [];
  for await (const record of store.find()) {
    const { channelId, videoId } = record;
    if (isDrawable(record) && (all || !(await hasAllPictures(stores, record)))) found.push({ channelId, videoId });
  }
  return found;
}

/**
 * Makes the pictures of a stored film with ffmpeg, stores them beside it and puts them on record. Free of charge.
 * @returns the pictures on record, and in `missing` what could not be made
 * @throws ReelError `busy` where there is no such film, or another process is at work on it; `aborted`, `disk*`, errors of
 * the store
 */
export async function makeScrapedPictures(
  film: FilmIds,
  { signal = new AbortController().signal }: { signal?: AbortSignal | undefined } = {},
  options: DownloadServiceOptions = {},
): Promise<FilmPictures | undefined> {
  const context = contextFor(options);
  const held = await HeldRecord.claim(context.store, scrapedKey(film), context.newHold(), isDrawable);
  if (!held) throw new ReelError('busy', 'Another process is at work on this film, or it is gone.');
  await held.patch(({ pictures }) => ({ pictures: { ...pictures, isDue: true } }));
  await tidyFilm(context, held, { signal, report: () => {}, onAnswer: async () => {} });
  return (await context.store.get(scrapedKey(film)))?.pictures;
}

/** Whoever calls this wants them, whatever `REELKEEP_PICTURES` says of new films. */
function contextFor(options: DownloadServiceOptions) {
  return createContext({ ...options, pictures: true }, readSettings());
}

function isDrawable({ stored, isRemoving, download_status: status }: ScrapedRecord): boolean {
  return stored !== undefined && !isRemoving && status === 'downloaded';
}

/** One that cannot be looked at now is taken for missing: making it says why. */
async function hasAllPictures(stores: FilmStores, record: ScrapedRecord): Promise<boolean> {
  const { pictures, pictureObjects = [] } = record;
  if (!pictures || pictures.isDue || KINDS.some((kind) => pictures[kind] === undefined)) return false;
  const looks = pictureObjects.map((object) => compareObject(stores.at(object), object.name, object));
  const found = await Promise.all(looks).catch(() => []);
  return found.length >= KINDS.length && found.every((one) => one === 'same');
}
