import { distance } from 'fastest-levenshtein';
import type { Era, SpotWithEras } from '#lib/wanx/spot.ts';
import { africanAndAsianSpots } from './spots-africa-and-asia.ts';
import { americanAndOceanianSpots } from './spots-americas-and-oceania.ts';
import { europeanSpots } from './spots-europe.ts';

export type { SpotWithEras } from '#lib/wanx/spot.ts';

/** Every place the app shows, each with its eras in the order of time. */
export const spots: readonly SpotWithEras[] = [...europeanSpots, ...africanAndAsianSpots, ...americanAndOceanianSpots];

const NEAREST_SHOWN = 3;
/** A wrong id longer than this is no slip of the keyboard; comparing it would only cost time. */
const MAX_COMPARED_CHARACTERS = 64;

export function findSpot(id: string): SpotWithEras | undefined {
  return spots.find((spot) => spot.id === id);
}

export function findEra(spot: SpotWithEras, id: string): Era | undefined {
  return spot.eras.find((era) => era.id === id);
}

/** Up to three known spot ids, the likeliest meant first: for "did you mean" after an unknown id. */
export function nearestSpotIds(id: string): string[] {
  return nearest(id, spots);
}

/** As `nearestSpotIds`, for the eras of one spot. */
export function nearestEraIds(spot: SpotWithEras, id: string): string[] {
  return nearest(id, spot.eras);
}

/** A part of the id or of the name counts as near, and so does a slip in one word: people type "golden gate" and "eifel". */
function nearest(id: string, choices: ReadonlyArray<{ id: string; name: string }>): string[] {
  const asked = id.slice(0, MAX_COMPARED_CHARACTERS).trim().toLowerCase();
  const rated = choices.map((choice) => ({ id: choice.id, rating: rate(asked, choice) }));
  return rated
    .sort((a, b) => a.rating - b.rating)
    .slice(0, NEAREST_SHOWN)
    .map((choice) => choice.id);
}

function rate(asked: string, choice: { id: string; name: string }): number {
  const names = [choice.id, choice.name.toLowerCase()];
  const isPart = asked !== '' && names.some((name) => name.includes(asked));
  return isPart ? 0 : Math.min(...[...names, ...choice.id.split('-')].map((name) => distance(asked, name)));
}
