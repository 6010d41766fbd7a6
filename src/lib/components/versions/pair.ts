import type { Moment } from '#lib/components/words/catalogue.ts';
import type { VideoView } from '#lib/web/videos/view.ts';
import type { FilmVersion } from './films.ts';
import { standingOf, versionName } from './version-words.ts';

/** Two films of one spot and era that are compared. They keep their sides, whichever of them is the current one. */
export interface Pair {
  key: string;
  picked: number;
  other: number;
}

export interface Side {
  film: FilmVersion;
  /** As the stage shows it. */
  moment: Moment;
}

/** The picked film and the current one; undefined where there is nothing to compare it with. */
export function pairOf(key: string, { version }: FilmVersion, films: readonly FilmVersion[]): Pair | undefined {
  const current = films.find(({ isCurrent }) => isCurrent);
  return current && current.version !== version ? { key, picked: version, other: current.version } : undefined;
}

/** Undefined where one of the films cannot be played any more, or another era is looked at. */
export function sidesOf(pair: Pair, moment: Moment, films: readonly FilmVersion[]): [Side, Side] | undefined {
  if (pair.key !== moment.view.key) return undefined;
  const [picked, other] = [pair.picked, pair.other].map((version) => films.find((film) => film.version === version));
  if (picked?.src === undefined || other?.src === undefined) return undefined;
  // The player of the film that was shown before goes on playing it.
  return [sideOf(moment, picked, `${pair.key}@${pair.picked}`), sideOf(moment, other, pair.key)];
}

/** Of both films the one that a person can restore: the picked one, unless it is the current one by now. */
export function restorableOf([picked, other]: readonly [Side, Side]): FilmVersion {
  return picked.film.isCurrent ? other.film : picked.film;
}

/** Of the film only what the stage and its controls ask for. */
function sideOf({ spot, era, view }: Moment, film: FilmVersion, key: string): Side {
  const { spotId, eraId, estimateUsd } = view;
  const { src, width, height, hasAudio, pictures } = film;
  const shown: VideoView = {
    ...{ key, spotId, eraId, estimateUsd, state: 'ready' },
    ...(src !== undefined && { src }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(hasAudio !== undefined && { hasAudio }),
    ...(pictures && { pictures }),
  };
  return { film, moment: { spot, era: { ...era, period: versionName(film) }, view: shown } };
}

/** `Version 2`, `Version 3, current` */
export function sideName(film: FilmVersion): string {
  return [versionName(film), standingOf(film).toLowerCase()].filter(Boolean).join(', ');
}
