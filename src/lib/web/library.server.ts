import { readSettings, type Settings } from '#lib/config.ts';
import { findEra, findSpot, nearestEraIds, nearestSpotIds, spots } from '#lib/data/spots.ts';
import { type Era, getAllVideoMetadata, reportSpending, type Spot, type VideoMetadata } from '#lib/wanx/index.ts';
import { ProblemError } from './problem.ts';
import type { LiveProgress, SpendView, VideoView } from './video-view.ts';
import { toVideoView } from './view.server.ts';

/** What the running work of this process last told, by key. */
export type LiveBook = ReadonlyMap<string, LiveProgress>;

export interface Library {
  videos: VideoView[];
  spend: SpendView;
}

/**
 * All videos that there are or could be, in the order of the places, and what was spent.
 * @throws ReelError `store-corrupt`, `disk` or `config`
 */
export function readLibrary(live: LiveBook, nowMs: number): Library {
  const settings = readSettings();
  const records = getAllVideoMetadata();
  const byKey = new Map(records.map((record) => [keyOf(record), record]));
  const places = spots.flatMap((spot) => spot.eras.map((era) => ({ spotId: spot.id, eraId: era.id })));
  const known = new Set(places.map(keyOf));
  // Records of places that the app does not list (made by a script) are shown all the same: they were paid for.
  const all = [...places, ...records.filter((record) => !known.has(keyOf(record)))];
  return {
    videos: all.map((one) =>
      toVideoView(one.spotId, one.eraId, byKey.get(keyOf(one)), { settings, nowMs, live: live.get(keyOf(one)) }),
    ),
    spend: spendOf(records, settings, nowMs),
  };
}

/** The places of a request's path. @throws ProblemError `not-found` with near matches */
export function placeOf(spotId: string, eraId: string): { spot: Spot; era: Era } {
  const spot = findSpot(spotId);
  if (!spot) throw notFound(`There is no spot "${shown(spotId)}".`, nearestSpotIds(spotId));
  const era = findEra(spot, eraId);
  if (!era) throw notFound(`${spot.name} has no era "${shown(eraId)}".`, nearestEraIds(spot, eraId));
  return { spot, era };
}

/**
 * The key of a request's path, also of what is on record outside the catalogue (made by a script): it was paid for, so it
 * can be looked at, cancelled and deleted.
 * @throws ProblemError `not-found` with near matches; ReelError `store-corrupt`, `disk` or `config`
 */
export function keyOnRecord(spotId: string, eraId: string): { spotId: string; eraId: string } {
  // Compared, not asked for by key: ids of a path may be anything, and those that are no ids are not found either.
  const isOnRecord = getAllVideoMetadata().some((record) => record.spotId === spotId && record.eraId === eraId);
  if (!isOnRecord) placeOf(spotId, eraId);
  return { spotId, eraId };
}

function notFound(what: string, nearest: string[]): ProblemError {
  return new ProblemError('not-found', `${what} Near matches: ${nearest.join(', ')}.`);
}

function shown(id: string): string {
  const plain = id.replace(/[^\p{L}\p{N} ._-]/gu, '?');
  return plain.length > 64 ? `${plain.slice(0, 64)}…` : plain;
}

function spendOf(records: readonly VideoMetadata[], { budgetUsd }: Settings, nowMs: number): SpendView {
  const { total, byDay, lost, inFlight } = reportSpending(records, (record) => record.spotId);
  const today = new Date(nowMs).toISOString().slice(0, 10);
  return {
    totalUsd: total.usd,
    todayUsd: byDay.find((line) => line.name === today)?.usd ?? 0,
    lostUsd: lost.usd,
    inFlightUsd: inFlight.usd,
    unpriced: total.unpriced,
    ...(budgetUsd !== undefined && { budgetUsd }),
  };
}

function keyOf({ spotId, eraId }: { spotId: string; eraId: string }): string {
  return `${spotId}/${eraId}`;
}
