import { commandLine } from '#lib/base/command-line.ts';
import { ReelError } from '#lib/base/errors.ts';
import { findEra, findSpot, nearestEraIds, nearestSpotIds, type SpotWithEras, spots } from '#lib/data/spots.ts';
import { type Era, type Spot, videoKey } from '#lib/wanx/index.ts';

/** A spot in one of its eras, with or without a video. */
export interface Place {
  spot: Spot;
  era: Era;
  key: string;
}

/** @throws ReelError `invalid-input` with near matches */
export function placeOf(spotId: string, eraId: string): Place {
  const spot = spotOf(spotId);
  const era = findEra(spot, eraId);
  if (era) return { spot, era, key: videoKey(spot.id, era.id) };
  const near = nearestEraIds(spot, eraId).join(', ');
  throw new ReelError('invalid-input', `${spot.id} has no era "${shown(eraId)}". Its eras: ${near}. ${LIST_ALL}`);
}

/** @throws ReelError `invalid-input` with near matches */
export function spotOf(spotId: string): SpotWithEras {
  const spot = findSpot(spotId);
  if (spot) return spot;
  const near = nearestSpotIds(spotId).join(', ');
  throw new ReelError('invalid-input', `There is no spot "${shown(spotId)}". Near matches: ${near}. ${LIST_ALL}`);
}

/**
 * All places, or those of the given spots and eras.
 * @throws ReelError `invalid-input` for an unknown spot, or for an era that none of the spots has
 */
export function selectPlaces(spotIds: readonly string[], eraIds: readonly string[]): Place[] {
  const chosen = spotIds.length === 0 ? spots : [...new Set(spotIds)].map(spotOf);
  for (const eraId of eraIds) {
    if (!chosen.some((spot) => findEra(spot, eraId))) throw unknownEra(eraId);
  }
  return chosen.flatMap((spot) =>
    spot.eras
      .filter((era) => eraIds.length === 0 || eraIds.includes(era.id))
      .map((era) => ({ spot, era, key: videoKey(spot.id, era.id) })),
  );
}

const LIST_ALL = `All spots and eras: ${commandLine('videos', '--all')}`;

function unknownEra(eraId: string): ReelError {
  return new ReelError('invalid-input', `None of these spots has an era "${shown(eraId)}". ${LIST_ALL}`);
}

function shown(id: string): string {
  return id.length > 64 ? `${id.slice(0, 64)}…` : id;
}
