import { timerMs } from '#lib/base/clock.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import type { FilmPictures } from '#lib/jobs/record/job-record.ts';
import type { Films } from '#lib/jobs/versions/remove-dropped.server.ts';
import { filmPlaceOf, type VideoIds } from './job.server.ts';
import { type GeneratedVideo, generatedVideoKey } from './record.ts';
import { storeOf } from './record-store.server.ts';

/** A finished film that was made here, former ones included, some of whose pictures are missing. */
export interface GeneratedFilm extends VideoIds {
  version: number;
}

/** Drawing is loaded with the first film that needs it. */
const loadPictures = () => import('#lib/pictures/index.ts');
const running = new Set<Promise<unknown>>();
let stopping = new AbortController();

function filmsOf(settings: Settings, ids: VideoIds): Films<GeneratedVideo> {
  const key = generatedVideoKey(ids.batchId, ids.name);
  return { store: storeOf(settings), key, place: filmPlaceOf(settings, ids) };
}

/** Makes the pictures of a film that is safe now. Never rejects: without them it is complete all the same. */
export async function finishPictures(
  settings: Settings,
  record: GeneratedVideo,
  { signal, timeoutMs }: { signal?: AbortSignal | undefined; timeoutMs?: number | undefined },
): Promise<GeneratedVideo> {
  if (record.pictures?.isDue !== true || !settings.makesPictures) return record;
  const films = filmsOf(settings, record);
  const limit = timeoutMs === undefined ? [] : [AbortSignal.timeout(timerMs(timeoutMs))];
  const stop = AbortSignal.any([stopping.signal, ...(signal ? [signal] : []), ...limit]);
  const drawing = loadPictures()
    .then(({ makeFilmPictures }) => makeFilmPictures(films, { signal: stop }))
    // Whatever went wrong, they are due: the next process that resumes makes them, or `npm run pictures`.
    .catch(() => {});
  running.add(drawing);
  await drawing.finally(() => running.delete(drawing));
  return (await films.store.get(films.key).catch(() => undefined)) ?? record;
}

/** Makes the pictures that a killed process has left. Never rejects for a film. */
export async function finishLeftPictures(settings: Settings, signal: AbortSignal | undefined): Promise<void> {
  if (!settings.makesPictures) return;
  const stop = stopping.signal;
  for await (const record of storeOf(settings).find()) {
    if (stop.aborted || signal?.aborted) return;
    if (record.status === 'ready') await finishPictures(settings, record, { signal });
  }
}

/**
 * Makes what is missing of the pictures of a finished film, with ffmpeg, and puts them on record. Free of charge.
 * @returns the pictures on record, and in `missing` what could not be made; undefined where there is no such film
 * @throws ReelError `aborted`, `disk*`, `store-corrupt`, `integrity` for a film that differs from its record
 */
export async function makeGeneratedPictures(
  film: VideoIds & { version?: number | undefined },
  options: { remake?: boolean | undefined; signal?: AbortSignal | undefined } = {},
): Promise<FilmPictures | undefined> {
  const { makeFilmPictures } = await loadPictures();
  return makeFilmPictures(filmsOf(readSettings(), film), { ...options, version: film.version });
}

/**
 * Every finished film without all of its pictures.
 * @param all also those that have them
 */
export async function listGeneratedFilmsWithoutPictures({ all = false } = {}): Promise<GeneratedFilm[]> {
  const settings = readSettings();
  const { finishedFilms, hasAllPictures } = await loadPictures();
  const found: GeneratedFilm[] = [];
  for await (const record of storeOf(settings).find()) {
    const { batchId, name } = record;
    const { place } = filmsOf(settings, record);
    for (const { version, film } of finishedFilms(record))
      if (all || !hasAllPictures(place, film)) found.push({ batchId, name, version });
  }
  return found;
}

/** Ends the drawing of this process; what is not drawn stays due. */
export async function stopDrawing(): Promise<void> {
  stopping.abort();
  stopping = new AbortController();
  await Promise.all(running);
}
