import { timeOf } from '#lib/base/iso-time.ts';
import type { Position } from '#lib/web/videos/sorted-index.ts';

interface Key {
  spotId: string;
  eraId: string;
}

/** The places of the catalogue by their keys, in its order. */
export type Places = ReadonlyMap<string, Key & { index: number }>;

export const END_OF_CATALOGUE: Position = [0, Number.MAX_SAFE_INTEGER, ''];

export function placesOf(spots: ReadonlyArray<{ id: string; eras: ReadonlyArray<{ id: string }> }>): Places {
  const keys = spots.flatMap((spot) => spot.eras.map((era) => ({ spotId: spot.id, eraId: era.id })));
  return new Map(keys.map((key, index) => [keyOf(key), { ...key, index }]));
}

/** In the list of all: the catalogue in its order, then the others, newest first. */
export function positionInAll(places: Places, key: string, record: { createdAt: string } | undefined): Position {
  const place = places.get(key);
  return place ? [0, place.index, ''] : [1, -timeOf(record?.createdAt), key];
}

export function keyOf({ spotId, eraId }: Key): string {
  return `${spotId}/${eraId}`;
}
