import type { ChangeKind } from '#lib/components/live/version-changes.ts';
import { formatBytes, formatCount, formatMoment } from '#lib/components/words/format.ts';
import type { FilmVersion, Row } from './films.ts';

/** `Version 2` */
export function versionName({ version }: Pick<FilmVersion, 'version'>): string {
  return `Version ${version}`;
}

/** How a version stands, beside its name. */
export function standingOf({ isCurrent, isGone, deletedAt, problem }: Row): string {
  if (isGone) return 'No longer kept';
  if (deletedAt !== undefined) return 'Deleted';
  if (problem) return 'Cannot be played';
  return isCurrent ? 'Current' : '';
}

/** When it was made, or until when its deletion can be undone. */
export function timeWords({ completedAt, undoUntil }: Pick<FilmVersion, 'completedAt' | 'undoUntil'>): string {
  if (undoUntil !== undefined) return `Can be undone until ${formatMoment(undoUntil)}`;
  return completedAt === undefined ? 'Made at a time that is not known' : `Made ${formatMoment(completedAt)}`;
}

/** `wan2.7-t2v, 1.2 MB`; empty where neither is known. */
export function factWords({ model, sizeBytes }: FilmVersion): string {
  return [model, sizeBytes === undefined ? undefined : formatBytes(sizeBytes)].filter(Boolean).join(', ');
}

/** `2 films, 1 deleted`, beside the title of the list. */
export function countWords({ kept, deleted }: { kept: number; deleted: number }): string {
  const parts = [kept > 0 && formatCount(kept, 'film'), deleted > 0 && formatCount(deleted, 'deleted', 'deleted')];
  return parts.filter(Boolean).join(', ');
}

/** Asked before a version is deleted. */
export function deletionQuestion(film: FilmVersion): string {
  const what = film.isCurrent ? 'This deletes the film that is shown here.' : `This deletes ${versionName(film)}.`;
  return `${what} For a day you can undo that; then its file is removed. What it cost stays spent.`;
}

/** What a change has done, for those who see and those who listen. */
export function changeWords(kind: ChangeKind, film: FilmVersion, films: readonly FilmVersion[]): string {
  const name = versionName(film);
  switch (kind) {
    case 'restore': {
      const former = films.find(({ isCurrent, version }) => isCurrent && version !== film.version);
      return former
        ? `${name} is the current film again. ${versionName(former)} is kept.`
        : `${name} is the current film again.`;
    }
    case 'delete':
      return `${name} is deleted. You can undo that for a day.`;
    case 'undo':
      return `${name} is back.`;
  }
}
