import type { VersionsView, VersionView, VideoView } from '#lib/web/videos/view.ts';

/** A finished film of one spot and era: the current one, a former one, or one whose deletion can still be undone. */
export interface FilmVersion extends VersionView {
  deletedAt?: string;
  /** Until then its deletion can be undone. */
  undoUntil?: string;
}

/** A row of the list of versions. */
export interface Row extends FilmVersion {
  /** It was listed when somebody began to look, and is not kept any more. */
  isGone?: boolean;
}

/** All of them, the newest first. */
export function filmsIn({ versions, deleted }: VersionsView): FilmVersion[] {
  return [...versions, ...deleted].sort((one, other) => other.version - one.version);
}

/** Number of films, as far as the video itself says; of deleted ones only that there are some. */
export function countsOf({ src, formerVersions = 0, undoUntil }: VideoView): { kept: number; deleted: number } {
  return { kept: (src === undefined ? 0 : 1) + formerVersions, deleted: undoUntil === undefined ? 0 : 1 };
}

/** Another text as soon as the list of versions may have changed. */
export function listMark({ key, src, sha256, completedAt, formerVersions, undoUntil }: VideoView): string {
  return JSON.stringify([key, src, sha256, completedAt, formerVersions, undoUntil]);
}

/** The same rows in the same places, with what is known of them by now: a row that is being read does not move. */
export function followRows(rows: readonly Row[], films: readonly FilmVersion[]): Row[] {
  return rows.map((row) => films.find(({ version }) => version === row.version) ?? goneRow(row));
}

/** How many films have no row yet. */
export function countNewer(rows: readonly Row[], films: readonly FilmVersion[]): number {
  const listed = new Set(rows.map(({ version }) => version));
  return films.filter(({ version }) => !listed.has(version)).length;
}

function goneRow({ src: _address, undoUntil: _time, ...row }: Row): Row {
  return { ...row, isCurrent: false, isGone: true };
}
