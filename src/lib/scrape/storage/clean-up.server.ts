import { formatBytes } from '#lib/base/amounts.ts';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { HeldRecord, type HoldOptions } from '#lib/jobs/lease/held-record.ts';
import { type FilmIds, scrapedKey } from '#lib/scrape/record/names.ts';
import type { ObjectPlace, ScrapedRecord } from '#lib/scrape/record/record.ts';
import type { ScrapedVideo } from '#lib/scrape/record/types.ts';
import { viewOf } from '#lib/scrape/record/views.ts';
import type { AssetStore } from '#lib/stores/assets/asset-store.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import type { FilmStores } from './film-places.server.ts';
import { compareObject, isStored } from './stored-object.server.ts';

export interface CleanUpResult {
  removed: ScrapedVideo[];
  /** That the removal has freed, or would free. 0 in a bucket that keeps former versions, unless these go as well. */
  bytes: number;
  /** What is worth knowing, one sentence each. */
  notes: string[];
  /** The film at which it has stopped, and why: nothing after it was removed. */
  stopped?: { channelId: string; videoId: string; reason: string };
}

/** Of the whole part: what removing needs. */
export interface Removing {
  store: RecordStore<ScrapedRecord>;
  stores: FilmStores;
  newHold: () => HoldOptions;
}

interface Terms {
  dryRun: boolean;
  removeVersions: boolean;
}

/**
 * Removes films with their records, one after the other, and stops at the first one that is not as it is on record.
 * @param films as they were picked: one that was stored again since then stays
 */
export async function removeFilms(
  removing: Removing,
  films: readonly ScrapedVideo[],
  terms: Terms,
): Promise<CleanUpResult> {
  const removed: ScrapedVideo[] = [];
  const notes: string[] = [];
  let bytes = 0;
  let stopped: CleanUpResult['stopped'];
  for (const film of films) {
    try {
      const isRemoved = terms.dryRun || (await removeFilm(removing, film, terms));
      if (!isRemoved) {
        notes.push(`${scrapedKey(film)} was left alone: another process works on it, or it has changed.`);
        continue;
      }
      removed.push(film);
      bytes += (film.download_size ?? 0) + film.pictureBytes;
    } catch (error) {
      stopped = { channelId: film.channelId, videoId: film.videoId, reason: messageOf(error) };
      break;
    }
  }
  const kept = removed.length > 0 ? await keptBytes(removing.stores, terms, bytes) : undefined;
  if (kept) notes.push(kept.note);
  return { removed, bytes: kept?.isAll ? 0 : bytes, notes, ...(stopped && { stopped }) };
}

/**
 * Removes one film that somebody has named, also one that is missing from the store.
 * @throws ReelError `not-found`, `busy`, `integrity`, errors of the store
 */
export async function removeOne(
  { store, stores, newHold }: Removing,
  ids: FilmIds,
  removeVersions: boolean,
): Promise<ScrapedVideo> {
  const key = scrapedKey(ids);
  if (!(await store.get(key))) throw new ReelError('not-found', `There is no film ${key} on record.`);
  const held = await HeldRecord.claim(store, key, newHold(), () => true);
  if (!held) throw new ReelError('busy', `Another process works on ${key}. Nothing was removed.`);
  const removed = viewOf(held.record);
  try {
    await assertAsRecorded(stores, held.record).catch((error: unknown) => {
      if (!isReelError(error) || error.code !== 'not-found') throw error;
    });
    await held.patch({ isRemoving: true, removesVersions: removeVersions });
    await finishRemoval(held, stores);
    return removed;
  } catch (error) {
    await held.release().catch(() => {});
    throw error;
  }
}

/** @returns false where somebody else works on it. @throws ReelError for a film that is not as its record says */
async function removeFilm({ store, stores, newHold }: Removing, film: ScrapedVideo, terms: Terms): Promise<boolean> {
  const isAsPicked = ({ stored, download_completed_at: completedAt }: ScrapedRecord) =>
    stored?.name === film.stored?.name && completedAt === film.download_completed_at;
  const held = await HeldRecord.claim(store, scrapedKey(film), newHold(), isAsPicked);
  if (!held) return false;
  try {
    if (!held.record.isRemoving) await assertAsRecorded(stores, held.record);
    const { removeVersions } = terms;
    // From here on the removal is finished by whoever comes, whatever happens to this process.
    await held.patch({ isRemoving: true, removesVersions: removeVersions });
    await finishRemoval(held, stores);
    return true;
  } catch (error) {
    await held.release().catch(() => {});
    throw error;
  }
}

/** Removes the objects of a record that `isRemoving`, then the record. */
export async function finishRemoval(held: HeldRecord<ScrapedRecord>, stores: FilmStores): Promise<void> {
  const { uploading, removesVersions = false } = held.record;
  const places = objectsOf(held.record);
  // An upload that has not ended: the name may be free, or another's.
  if (uploading && (await isStored(stores.at(uploading), uploading.name, uploading))) places.push(uploading);
  for (const place of places) await removeObject(stores.at(place), place.name, removesVersions);
  await held.remove();
}

async function removeObject(store: AssetStore, name: string, withVersions: boolean): Promise<void> {
  if (withVersions && store.versions) await store.versions.removeAll(name);
  else await store.remove(name);
}

function objectsOf({ stored, doomed = [], pictureObjects = [] }: ScrapedRecord): ObjectPlace[] {
  return [...(stored ? [stored] : []), ...pictureObjects, ...doomed];
}

/** @throws ReelError `integrity` for other content, `not-found`, or an error of the store */
async function assertAsRecorded(stores: FilmStores, record: ScrapedRecord): Promise<void> {
  const { stored } = record;
  if (!stored) return;
  const found = await compareObject(stores.at(stored), stored.name, stored);
  if (found === 'same') return;
  const what = { missing: 'is not there', 'other-size': 'has another size', 'other-content': 'has other content' }[
    found
  ];
  const code = found === 'missing' ? 'not-found' : 'integrity';
  const advice = 'Nothing was removed of it. Check that the settings name the right store, and run the verification.';
  throw new ReelError(code, `${stored.name} in ${stored.location} ${what}. ${advice}`, { stage: 'recording' });
}

/** What a versioned bucket keeps of what was removed. */
async function keptBytes(
  { current }: FilmStores,
  { removeVersions, dryRun }: Terms,
  bytes: number,
): Promise<{ isAll: boolean; note: string } | undefined> {
  if (!current.versions || removeVersions) return undefined;
  const areKept = await current.versions.areKept().catch((error: unknown) => {
    if (isReelError(error)) return undefined;
    throw error;
  });
  if (areKept === false) return undefined;
  const amount = formatBytes(bytes);
  if (areKept === undefined) {
    return { isAll: false, note: `The store does not say whether it keeps former versions; if so, ${amount} remain.` };
  }
  const tense = dryRun ? 'would remain' : 'remain';
  const advice = 'and are paid for, as the bucket keeps former versions. To remove these as well, ask for it.';
  return { isAll: true, note: `${amount} ${tense} in the store ${advice}` };
}
