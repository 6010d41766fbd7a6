import { type Clock, systemClock, timerMs } from '#lib/base/clock.ts';
import { isSurelyDead } from '#lib/base/process/process-identity.server.ts';
import type { Settings } from '#lib/config.ts';
import type { FilmContext } from '#lib/jobs/versions/film-changes.server.ts';
import { needsTidying, secondNames, tidyFilms } from '#lib/jobs/versions/tidy-films.server.ts';
import { makeFilmPictures } from '#lib/pictures/index.ts';
import { listRecords } from '#lib/stores/records/open-record-store.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import type { RunSettings } from '#lib/wanx/run/settings.ts';
import { videoKey } from '#lib/wanx/spot.ts';
import { type VideoMetadata, videoStore } from '#lib/wanx/video-metadata.ts';
import { filmPlaceOf } from './video-paths.server.ts';

/** For tests. */
export interface VersionOptions {
  clock?: Clock | undefined;
}

/** What a film is given where its record says nothing. */
export const UNKNOWN_FILM = { prompt: '' };

/** The films of one key, as the engine sees them. */
export function filmsOf(
  settings: Settings,
  spotId: string,
  eraId: string,
  { clock = systemClock }: VersionOptions = {},
): FilmContext<VideoMetadata> {
  return {
    store: videoStore(settings),
    key: videoKey(spotId, eraId),
    place: filmPlaceOf(settings, spotId, eraId),
    ...{ clock, isSurelyDead, unknownFilm: UNKNOWN_FILM },
  };
}

/** Makes the pictures of a film that is safe now. Never rejects: without them it is complete all the same. */
export async function finishPictures(
  settings: Settings,
  record: VideoMetadata,
  { pictures = settings.makesPictures, signal, timeoutMs }: RunSettings,
): Promise<VideoMetadata> {
  if (!pictures) return record;
  const films = filmsOf(settings, record.spotId, record.eraId);
  const signals = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timerMs(timeoutMs))];
  const stop = AbortSignal.any(signals.filter((one) => one !== undefined));
  // Whatever went wrong, they are due: `npm run pictures` makes them.
  await makeFilmPictures(films, { signal: stop }).catch(() => {});
  return (await films.store.get(films.key).catch(() => undefined)) ?? record;
}

const tidied = new WeakSet<RecordStore<VideoMetadata>>();

/**
 * Permanently removes what was deleted more than a day ago, and finishes what a killed process began. The first call of
 * a process, and one with `thorough`, also checks the disk. A key that cannot be tidied up is left for the next time.
 */
export async function tidyVideos(
  settings: Settings,
  { clock, thorough }: VersionOptions & { thorough?: boolean } = {},
): Promise<void> {
  const store = videoStore(settings);
  const looksAtDisk = thorough ?? !tidied.has(store);
  tidied.add(store);
  for (const record of await listRecords(store)) await tidyVideo(settings, record, looksAtDisk, clock).catch(() => {});
}

async function tidyVideo(
  settings: Settings,
  record: VideoMetadata,
  looksAtDisk: boolean,
  clock: Clock | undefined,
): Promise<void> {
  const films = filmsOf(settings, record.spotId, record.eraId, { clock });
  const hasMore = () => looksAtDisk && secondNames(films.place, record).length > 0;
  if (needsTidying(films, record) || hasMore()) await tidyFilms(films, { thorough: looksAtDisk });
}
