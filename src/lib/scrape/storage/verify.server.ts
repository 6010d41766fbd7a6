import { isReelError, messageOf } from '#lib/base/errors.ts';
import { type FilmIds, idsOfName } from '#lib/scrape/record/names.ts';
import type { ObjectPlace, ScrapedRecord } from '#lib/scrape/record/record.ts';
import type { StoredAsset } from '#lib/stores/assets/asset-store.ts';
import type { FilmStores } from './film-places.server.ts';
import { type Comparison, compareObject } from './stored-object.server.ts';

export interface StorageProblem extends FilmIds {
  /** Name in the store. */
  name: string;
  /** `unknown`: the store does not let us look; nothing follows from it. */
  kind: 'missing' | 'other-size' | 'other-content' | 'unknown';
  isPicture: boolean;
  message: string;
}

export interface VerifyResult {
  /** Films that were looked at, and of these the ones that are as on record, with all their pictures. */
  checked: number;
  intact: number;
  problems: StorageProblem[];
  /** Objects named like ours that no record knows. */
  unrecorded: Array<{ name: string; sizeBytes: number }>;
  notes: string[];
}

export interface VerifyOptions {
  channelId?: string | undefined;
  /** Also reads every film and compares its SHA-256: as long as a download of all of them. */
  checkContent?: boolean | undefined;
  signal?: AbortSignal | undefined;
  /** Called after each film. */
  onProgress?: ((progress: { checked: number; total: number }) => void) | undefined;
}

/**
 * Compares what is stored with the records, and changes nothing.
 * @param list reads the records; it is called once the objects are listed
 * @throws ReelError `aborted`, and errors of the store that concern all films
 */
export async function verifyFilms(
  stores: FilmStores,
  list: () => Promise<readonly ScrapedRecord[]>,
  options: VerifyOptions,
): Promise<VerifyResult> {
  const { channelId, signal, onProgress } = options;
  const notes: string[] = [];
  // First, so that whatever is found has been put on record before: records name their objects before these come.
  const found = await ourObjects(stores, channelId, notes);
  const records = (await list()).filter((record) => channelId === undefined || record.channelId === channelId);
  const films = records.filter(({ stored }) => stored);
  const problems: StorageProblem[] = [];
  let intact = 0;
  for (const [index, film] of films.entries()) {
    const own = await problemsOf(stores, film, options);
    if (own.length === 0) intact += 1;
    problems.push(...own);
    signal?.throwIfAborted();
    onProgress?.({ checked: index + 1, total: films.length });
  }
  const known = new Set(records.flatMap(namesOf));
  const unrecorded = found.filter(({ name }) => !known.has(name));
  return {
    ...{ checked: films.length, intact, problems, notes },
    unrecorded: unrecorded.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
  };
}

async function ourObjects(
  { current }: FilmStores,
  channelId: string | undefined,
  notes: string[],
): Promise<StoredAsset[]> {
  try {
    const listed = await Array.fromAsync(current.list(channelId === undefined ? '' : `${channelId}/`));
    return listed.filter(({ name }) => idsOfName(name));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    notes.push(`What else is in the store is not known: ${messageOf(error)}`);
    return [];
  }
}

/** Every name that the record may have an object under. */
function namesOf({ stored, uploading, doomed = [], pictureObjects = [] }: ScrapedRecord): string[] {
  const places: ObjectPlace[] = [...doomed, ...pictureObjects];
  if (stored) places.push(stored);
  if (uploading) places.push(uploading);
  return places.map(({ name }) => name);
}

async function problemsOf(
  stores: FilmStores,
  record: ScrapedRecord,
  { checkContent = false, signal }: VerifyOptions,
): Promise<StorageProblem[]> {
  const { stored, pictures, pictureObjects = [] } = record;
  // Named before they come; while they are due, some may not be there.
  const drawn = pictures?.isDue ? [] : pictureObjects;
  const objects = [
    ...(stored ? [{ ...stored, isPicture: false }] : []),
    ...drawn.map((one) => ({ ...one, isPicture: true })),
  ];
  const problems: StorageProblem[] = [];
  for (const { isPicture, ...object } of objects) {
    const readContent = checkContent && !isPicture;
    const problem = await problemOf(stores, object, { readContent, signal });
    const { channelId, videoId } = record;
    if (problem) problems.push({ channelId, videoId, name: object.name, isPicture, ...problem });
  }
  return problems;
}

async function problemOf(
  stores: FilmStores,
  object: ObjectPlace & { sizeBytes: number; sha256?: string },
  options: { readContent: boolean; signal: AbortSignal | undefined },
): Promise<Pick<StorageProblem, 'kind' | 'message'> | undefined> {
  try {
    const found = await compareObject(stores.at(object), object.name, object, options);
    return found === 'same' ? undefined : { kind: found, message: WORDS[found] };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { kind: 'unknown', message: messageOf(error) };
  }
}

const WORDS: Record<Exclude<Comparison, 'same'>, string> = {
  missing: 'The object is not there.',
  'other-size': 'The object has another size than its record says.',
  'other-content': 'The object has other content than its record says.',
};

/** Nobody may look there, or the settings do not lead there; else the next film would fail as this one did. */
function isRefusal(error: unknown): boolean {
  return isReelError(error) && (error.code === 'auth' || error.code === 'config');
}
