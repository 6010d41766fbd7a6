import { rm } from 'node:fs/promises';
import type { JobRecord, Version } from '#lib/jobs/record/job-record.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { removeObject } from './film-objects.server.ts';
import { type FilmPlace, isOwnName, picturesOf } from './film-place.server.ts';

/** The films of one key: their record and their files. */
export interface Films<R extends JobRecord> {
  store: Pick<RecordStore<R>, 'get' | 'update'>;
  key: string;
  place: FilmPlace;
}

/**
 * Removes the files of dropped versions, then the versions themselves: killed in between, the record still says what is
 * to go. No other film ever has their names. An object that cannot be removed now stays on record, for the next time.
 * @returns the record afterwards; undefined where there is none
 */
export async function removeDropped<R extends JobRecord>({ store, key, place }: Films<R>): Promise<R | undefined> {
  const record = await store.get(key);
  const dropped = (record?.versions?.former ?? []).filter(({ isDropped }) => isDropped);
  if (dropped.length === 0) return record;
  const gone = new Set<number>();
  for (const version of dropped) if (await removeFiles(place, version)) gone.add(version.version);
  return store.update(key, (current) => {
    if (!current?.versions) return current;
    const former = current.versions.former.filter(({ isDropped, version }) => !(isDropped && gone.has(version)));
    return { ...current, versions: { ...current.versions, former } };
  });
}

async function removeFiles(place: FilmPlace, version: Version): Promise<boolean> {
  const path = version.localPath === undefined ? undefined : place.pathOf(version.localPath);
  // A record may name any file: one that is not named after its key is only forgotten.
  const film = path !== undefined && isOwnName(place, path) && !version.object ? [path] : [];
  for (const file of [...film, ...picturesOf(place, version)]) await rm(file, { force: true });
  const objects = [version, ...(version.assets ?? [])].flatMap(({ object }) => object ?? []);
  const removed = await Promise.all(objects.map((object) => removeObject(place, object)));
  return removed.every(Boolean);
}
