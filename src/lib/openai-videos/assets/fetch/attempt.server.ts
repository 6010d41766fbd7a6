import { isReelError, messageOf } from '#lib/base/errors.ts';
import { ASSET_TYPES, type Place } from '#lib/openai-videos/assets/job/names.ts';
import type { Outcome } from '#lib/openai-videos/assets/job/outcome.ts';
import type { MissingAsset } from '#lib/openai-videos/assets/job/record.ts';
import type { AssetSetback } from './fetch-asset.server.ts';
import {
  fetchOne,
  fileHere,
  keep,
  PictureFetch,
  type PlacedWork,
  typesToFetch,
  type Work,
} from './fetch-files.server.ts';
import { endOfRefusedKey, look } from './look.server.ts';
import { takePlace } from './take-place.server.ts';

const KEY_REFUSED = /the server answered 40[13]/;
const DISK_CODES: ReadonlySet<string> = new Set(['disk', 'disk-full', 'disk-denied']);

/**
 * One try to fetch the files of a video: the film and, at the same time, its pictures.
 * @throws ReelError `aborted`, `busy` when another process has taken the job over, or an error of the record store
 */
export async function attempt(work: Work): Promise<Outcome> {
  try {
    const ended = isFilmHere(work) ? undefined : await look(work.held, work.context, work.signal);
    if (ended) return ended;
    await work.held.patch({ isFinished: true, status: 'downloading' });
    return await unlessKeyRefused(work, await fetchFiles({ ...work, place: await placeOf(work) }));
  } catch (error) {
    if (!isReelError(error) || !DISK_CODES.has(error.code)) throw error;
    return { kind: 'failed', code: error.code, message: messageOf(error) };
  }
}

/** A job that the service has shown before is over, too, once the key is refused for its content and everything else. */
async function unlessKeyRefused({ held, context, signal }: Work, outcome: Outcome): Promise<Outcome> {
  if (outcome.kind !== 'setback' || !KEY_REFUSED.test(outcome.setback.message)) return outcome;
  return (await endOfRefusedKey(held, context, { ...outcome.setback, code: 'auth' }, signal)) ?? outcome;
}

/** A film that only has to be uploaded is asked of nobody: the service may have deleted it by now. */
function isFilmHere({ held, context: { storage } }: Work): boolean {
  const { place, assets } = held.record;
  if (storage.isLocal || !place || assets.some(({ type }) => type === 'video')) return false;
  return storage.isDownloaded(place, 'video');
}

/** Asks again for the pictures of a film that is in place. */
export async function fetchPictures(work: Work): Promise<MissingAsset[]> {
  const { place } = work.held.record;
  if (!place) return [];
  const pictures = new PictureFetch({ ...work, place });
  await pictures.end(PICTURE_TIME_MS);
  return pictures.missing();
}

/** Nothing waits for pictures that are asked for by themselves. */
const PICTURE_TIME_MS = 60_000;

/** The job's place, with the files in it that an earlier try has left. */
async function placeOf(work: Work): Promise<Place> {
  for (;;) {
    const place = await takePlace(work.held, work.context);
    if (await adoptFiles({ ...work, place })) return place;
    // Not ours, and not ours to remove.
    await work.held.patch({ place: undefined, assets: [] });
  }
}

/**
 * A process that was killed between the last step of a download and its record has left the whole file in place.
 * @returns false if something else is in the film's place
 */
async function adoptFiles(work: PlacedWork): Promise<boolean> {
  const { held, context, place } = work;
  for (const type of ASSET_TYPES) {
    const file = await fileHere(work, type);
    if (file === 'another' && type === 'video') return false;
    // One that is to be uploaded waits for its turn.
    if (file && file !== 'another' && context.storage.isLocal) await keep(work, type, file);
    // Killed between the record and the removal of the local copy.
    const isUploaded = held.record.assets.some((asset) => asset.type === type && !context.storage.isHere(asset));
    if (isUploaded) await context.storage.tidy(place, type, context.files);
  }
  return true;
}

async function fetchFiles(work: PlacedWork): Promise<Outcome> {
  const { context, signal } = work;
  const pictures = new PictureFetch(work);
  let setback: AssetSetback | undefined;
  try {
    setback = typesToFetch(work).includes('video') ? await fetchFilm(work) : undefined;
  } finally {
    await pictures.end(signal.aborted ? 0 : context.pictureGraceMs);
  }
  return setback ? { kind: 'setback', setback } : { kind: 'completed', missing: await pictures.missing() };
}

async function fetchFilm(work: PlacedWork): Promise<(AssetSetback & { hasProgressed: boolean }) | undefined> {
  const { held, context, place } = work;
  const bytesBefore = context.storage.bytesOfPart(place);
  try {
    const outcome = await fetchOne(work, 'video');
    if (outcome.kind === 'there') return undefined;
    return { ...outcome.setback, hasProgressed: context.storage.bytesOfPart(place) > bytesBefore };
  } catch (error) {
    if (!isReelError(error) || error.code !== 'invalid-input') throw error;
    // Another file has come into its place meanwhile.
    await held.patch({ place: undefined, assets: [] });
    return { code: 'disk', message: messageOf(error), hasProgressed: false };
  }
}
