import { findEra, findSpot, nearestEraIds, nearestSpotIds } from '#lib/data/spots.ts';
import { type Era, findVideo, type Spot } from '#lib/wanx/index.ts';
import { slugSchema } from '#lib/wanx/spot.ts';
import { ProblemError } from '#lib/web/http/problem.ts';

/** The spot and era of a request's path. @throws ProblemError `not-found` with near matches */
export function requestedPlace(spotId: string, eraId: string): { spot: Spot; era: Era } {
  const spot = findSpot(spotId);
  if (!spot) throw notFound(`There is no spot "${shown(spotId)}".`, nearestSpotIds(spotId));
  const era = findEra(spot, eraId);
  if (!era) throw notFound(`${spot.name} has no era "${shown(eraId)}".`, nearestEraIds(spot, eraId));
  return { spot, era };
}

/**
 * The key of a request's path. Records outside the catalogue (made by a script) are accepted too: they were paid for, so
 * they can be viewed, cancelled and deleted.
 * @throws ProblemError `not-found` with near matches; ReelError `store-corrupt`, `disk` or `config`
 */
export async function keyOnRecord(spotId: string, eraId: string): Promise<{ spotId: string; eraId: string }> {
  // A path may contain anything; invalid ids are reported as not found too.
  const areIds = [spotId, eraId].every((id) => slugSchema.safeParse(id).success);
  if (!areIds || !(await findVideo(spotId, eraId))) requestedPlace(spotId, eraId);
  return { spotId, eraId };
}

function notFound(what: string, nearest: string[]): ProblemError {
  return new ProblemError('not-found', `${what} Near matches: ${nearest.join(', ')}.`);
}

function shown(id: string): string {
  const plain = id.replace(/[^\p{L}\p{N} ._-]/gu, '?');
  return plain.length > 64 ? `${plain.slice(0, 64)}…` : plain;
}
