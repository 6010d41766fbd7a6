import type { FilmPictures, Finished, JobRecord } from '#lib/jobs/record/job-record.ts';
import { filmOf, keptVersions, versionsOf } from '#lib/jobs/versions/film-record.ts';

/** A finished film of a record. */
export interface FinishedFilm {
  version: number;
  isCurrent: boolean;
  film: Finished;
}

/** The finished films of a record that can be shown, the current one first; deleted ones are not among them. */
export function finishedFilms(record: JobRecord): FinishedFilm[] {
  const versions = versionsOf(record);
  const { current } = versions;
  // Of one that was given up only its place is known.
  const film = record.status === 'ready' || record.previous ? filmOf(record) : undefined;
  const isThere = film?.localPath !== undefined && current !== undefined;
  return [
    ...(isThere ? [{ version: current, isCurrent: true, film }] : []),
    ...keptVersions(versions).map((former) => ({ version: former.version, isCurrent: false, film: former })),
  ];
}

/** The record with these pictures at its film of this number; unchanged where it has none. */
export function withPictures<R extends JobRecord>(record: R, version: number, pictures: FilmPictures): R {
  const versions = versionsOf(record);
  if (versions.current === version) {
    const { previous } = record;
    return previous ? { ...record, previous: { ...previous, pictures } } : { ...record, pictures };
  }
  const former = versions.former.map((one) => (one.version === version ? { ...one, pictures } : one));
  return { ...record, versions: { ...versions, former } };
}

/** Whether a film of the record waits for its pictures since it was captured. */
export function arePicturesDue(record: JobRecord): boolean {
  return finishedFilms(record).some(({ film }) => film.pictures?.isDue === true);
}
