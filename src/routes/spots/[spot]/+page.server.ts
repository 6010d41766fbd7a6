import { error, redirect } from '@sveltejs/kit';
import { firstShown, momentsOf } from '#lib/components/words/catalogue.ts';
import { findSpot } from '#lib/data/spots.ts';
import type { PageServerLoad } from './$types';

/** A place without an era redirects to the era that its card shows first. */
export const load: PageServerLoad = async ({ params, parent }) => {
  const spot = findSpot(params.spot);
  if (!spot) error(404, 'There is no such place.');
  const { snapshot } = await parent();
  const moments = momentsOf(spot, new Map(snapshot.videos.map((view) => [view.key, view])));
  const era = moments[firstShown(moments)]?.era;
  redirect(307, `/spots/${spot.id}/${era?.id ?? ''}`);
};
