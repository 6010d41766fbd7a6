import { everyInterval, systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { isSurelyDead, processIdentity } from '#lib/base/process/process-identity.server.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { HeldRecord } from '#lib/jobs/lease/held-record.ts';
import { LEASE_TTL_MS, startHeartbeat } from '#lib/jobs/lease/lease.ts';
import type { FilmPictures } from '#lib/jobs/record/job-record.ts';
import type { DownloadStorage } from '#lib/openai-videos/assets/fetch/storage.server.ts';
import { type DownloadRecord, downloadKey, type JobKey } from '#lib/openai-videos/assets/job/record.ts';
import { drawPictures } from './draw-pictures.server.ts';
import { downloadStorage, downloadStore } from './settings.server.ts';

/** A film that was downloaded, some of whose pictures are missing. */
export interface DownloadedFilm extends JobKey {
  batchId: string;
  version: number;
}

/**
 * Every downloaded film without all of its pictures, former versions included. Needs no service.
 * @param all also those that have them
 */
export async function listDownloadsWithoutPictures({ all = false } = {}): Promise<DownloadedFilm[]> {
  const settings = readSettings();
  const storage = downloadStorage(settings);
  const { hasAllPictures } = await import('#lib/pictures/index.ts');
  const found: DownloadedFilm[] = [];
  for await (const record of downloadStore(settings).find()) {
    const { notionPageId, soraVideoId, batchId, completedAt, place, pictures } = record;
    const film = record.assets.find(({ type }) => type === 'video');
    if (record.storage !== storage.name || record.status !== 'completed' || !place || !film) continue;
    const facts = {
      status: 'ready',
      localPath: storage.pathOf(place, 'video'),
      sha256: film.sha256,
      pictures,
    } as const;
    if (!all && hasAllPictures({ pathOf: (path) => path }, facts)) continue;
    found.push({ notionPageId, soraVideoId, batchId, completedAt, version: place.version });
  }
  return found;
}

/**
 * Makes the pictures of a downloaded film, with ffmpeg, and puts them on record. Free of charge, and needs no service.
 * @returns the pictures on record, and in `missing` what could not be made
 * @throws ReelError `busy` where there is no such film, or another process is at work on it; `aborted`, `disk*`, `store-corrupt`
 */
export async function makeDownloadPictures(
  film: JobKey,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<FilmPictures | undefined> {
  const settings = readSettings();
  const storage = downloadStorage(settings);
  const hold = { owner: processIdentity(), ttlMs: LEASE_TTL_MS, isSurelyDead, clock: systemClock };
  const isWanted = (record: DownloadRecord) => record.status === 'completed' && record.storage === storage.name;
  const held = await HeldRecord.claim(downloadStore(settings), downloadKey(film), hold, isWanted);
  if (!held) throw new ReelError('busy', 'Another process is at work on this film, or it is gone.');
  const lost = new AbortController();
  const endHeartbeat = startHeartbeat(
    held,
    (task) => everyInterval(LEASE_TTL_MS / 3, task),
    (error) => lost.abort(error),
  );
  try {
    return await draw(held, storage, settings, AbortSignal.any([lost.signal, ...(signal ? [signal] : [])]));
  } catch (error) {
    await held.release().catch(() => {});
    throw error;
  } finally {
    endHeartbeat();
  }
}

async function draw(
  held: HeldRecord<DownloadRecord>,
  storage: DownloadStorage,
  { notionToken }: Settings,
  signal: AbortSignal,
): Promise<FilmPictures | undefined> {
  const made = await drawPictures(storage, held.record, signal);
  const hasThumbnail = held.record.assets.some(({ type }) => type === 'thumbnail');
  // The next manager at work tells the page.
  const isNews = notionToken !== undefined && made?.poster !== undefined && !hasThumbnail;
  const { pictures } = await held.release((record) => ({
    // What could not be made anew may be there from before.
    ...(made && { pictures: made.missing ? { ...record.pictures, ...made } : made }),
    toDo: isNews || record.toDo?.notion ? { notion: true } : undefined,
  }));
  return pictures;
}
