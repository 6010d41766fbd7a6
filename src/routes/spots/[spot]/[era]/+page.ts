import { error } from '@sveltejs/kit';
import { findSpot, spots } from '#lib/data/spots.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = ({ params }) => {
  const spot = findSpot(params.spot);
  if (!spot) error(404, 'There is no such place.');
  const index = spot.eras.findIndex((era) => era.id === params.era);
  if (index === -1) error(404, `${spot.name} has no such era.`);
  const place = spots.indexOf(spot);
  return { spot, index, previous: spots[place - 1], next: spots[place + 1] };
};
