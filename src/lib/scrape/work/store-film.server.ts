import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { filmName } from '#lib/scrape/record/names.ts';
import { endJob, timeOf } from '#lib/scrape/record/processing-jobs.ts';
import type { FetchedFilm, ObjectPlace, ScrapedRecord } from '#lib/scrape/record/record.ts';
import { fieldsOf } from '#lib/scrape/record/views.ts';
import { urlOf } from '#lib/scrape/storage/film-places.server.ts';
import { isStored } from '#lib/scrape/storage/stored-object.server.ts';
import { isNameUnusable } from '#lib/stores/assets/asset-rules.ts';
import type { AssetFacts } from '#lib/stores/assets/asset-store.ts';
import type { FilmWork } from './context.ts';
import type { ProgressNotes } from './progress-notes.ts';

/** Failures of the store as such: the file is kept, and stored by a later try. */
const PASSING: ReadonlySet<string> = new Set(['network', 'timeout', 'rate-limited', 'provider-failed', 'quota']);

/**
 * Puts a film into the store and switches its record to it, in this order: the name goes on record, then the bytes under the
 * name, then the record calls it stored. Killed in between, the next process finds the name, and what is under it.
 * @throws ReelError `network` if the store fails, with the file kept; `integrity` if the file has changed; `auth`, `config`,
 *   `disk*`
 */
export async function storeFilm(work: FilmWork, film: FetchedFilm, notes: ProgressNotes): Promise<void> {
  const place = await putFilm(work, film, notes);
  await notes.end();
  const { clock } = work.context;
  await work.held.patch((record) => storedChange(record, film, place, clock.now()));
}

async function putFilm(work: FilmWork, film: FetchedFilm, notes: ProgressNotes): Promise<ObjectPlace> {
  const { held } = work;
  const plain = filmName(held.record, film.extension);
  try {
    return await putAs(work, film, { name: plain, isOwnName: false }, notes);
  } catch (error) {
    if (!isNameUnusable(error)) throw storageError(work, film, error);
  }
  const own = filmName(held.record, film.extension, held.fence);
  try {
    return await putAs(work, film, { name: own, isOwnName: true }, notes);
  } catch (error) {
    throw storageError(work, film, error);
  }
}

async function putAs(
  work: FilmWork,
  film: FetchedFilm,
  { name, isOwnName }: { name: string; isOwnName: boolean },
  notes: ProgressNotes,
): Promise<ObjectPlace> {
  const { held, context, signal } = work;
  const place = { location: context.stores.current.location, name };
  await dropFormerUpload(work, place, film);
  await held.patch({ uploading: { ...place, sizeBytes: film.sizeBytes, sha256: film.sha256 } });
  const onProgress = (bytes: number) => {
    notes.note({ stage: 'uploading', bytesUploaded: bytes });
    work.report({ stage: 'uploading', bytesSent: bytes, bytesTotal: film.sizeBytes });
  };
  onProgress(0);
  const hasFile = context.folders.hasFile(film.folder, film.file, film.sizeBytes);
  // Without the file it is there already: see `findFetched`.
  if (!hasFile) return place;
  const path = context.folders.pathOf(film.folder, film.file);
  await context.stores.current.put(name, { path }, factsOf(film), { signal, onProgress, isOwnName });
  return place;
}

/** What an earlier try has put under a name, if it is not what this one is about to put there. */
async function dropFormerUpload({ held, context, signal }: FilmWork, place: ObjectPlace, film: FetchedFilm) {
  const { uploading: former, stored } = held.record;
  if (!former || (stored && isSame(former, stored))) return;
  if (isSame(former, place) && former.sha256 === film.sha256) return;
  const store = context.stores.at(former);
  // Only what is certainly ours: the name may have been another's all along.
  if (await isStored(store, former.name, former, signal)) await store.remove(former.name);
}

function factsOf({ sizeBytes, sha256, mimeType, title, resolution, durationSeconds }: FetchedFilm): AssetFacts {
  const metadata = {
    ...(title !== undefined && { title: title.slice(0, 200) }),
    ...(resolution !== undefined && { resolution }),
    ...(durationSeconds !== undefined && { duration: String(durationSeconds) }),
  };
  return { sizeBytes, sha256, mimeType, metadata };
}

function storedChange(record: ScrapedRecord, film: FetchedFilm, place: ObjectPlace, nowMs: number) {
  const { stored: former, pictureObjects = [], doomed = [], pictures } = record;
  const isSameObject = former !== undefined && isSame(former, place);
  const isSameFilm = isSameObject && former.sha256 === film.sha256;
  const { sizeBytes, sha256, mimeType } = film;
  const replaced = former && !isSameObject ? [{ location: former.location, name: former.name }] : [];
  const pictured = isSameFilm ? [] : pictureObjects.map(({ location, name }) => ({ location, name }));
  return {
    ...fieldsOf(film, urlOf(place)),
    ...{ download_status: 'downloaded' as const, download_completed_at: timeOf(nowMs) },
    download_attempts: record.download_attempts + 1,
    ...NO_ERROR,
    stored: { ...place, sizeBytes, sha256, mimeType, storedAt: timeOf(nowMs) },
    ...{ fetched: undefined, uploading: undefined },
    doomed: [...doomed, ...replaced, ...pictured],
    ...(isSameFilm ? {} : { pictureObjects: undefined }),
    pictures: isSameFilm ? pictures : { isDue: true },
    ...endJob(record, { status: 'succeeded' }, nowMs),
  };
}

function isSame(one: ObjectPlace, other: ObjectPlace): boolean {
  return one.location === other.location && one.name === other.name;
}

/** The fields of an error that is over. */
export const NO_ERROR: Partial<ScrapedRecord> = {
  download_error: undefined,
  download_error_code: undefined,
  download_retryable: undefined,
  download_retry_at: undefined,
};

function storageError({ context }: FilmWork, film: FetchedFilm, error: unknown): unknown {
  if (!isReelError(error) || error.code === 'aborted' || error.code === 'busy') return error;
  const path = context.folders.pathOf(film.folder, film.file);
  const code = PASSING.has(error.code) ? 'network' : error.code;
  const advice = code === 'integrity' ? 'It will be downloaded again.' : `It is kept in ${path}, to be stored later.`;
  const message = `The film is downloaded, and could not be stored. ${messageOf(error)} ${advice}`;
  return new ReelError(code, message, { stage: 'recording', retryAfterMs: error.retryAfterMs, cause: error });
}
