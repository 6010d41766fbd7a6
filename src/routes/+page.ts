import { error } from '@sveltejs/kit';
import { fetchPart, ListRefusal } from '#lib/components/live/fetch-list.ts';
import type { PageLoad } from './$types';

const FILMS_AT_FIRST = 24;

/** Films outside the catalogue: the newest, or, for browsers without scripts, those after `from`. */
export const load: PageLoad = async ({ url, fetch }) => {
  const cursor = url.searchParams.get('from') ?? undefined;
  try {
    const films = await fetchPart({ limit: FILMS_AT_FIRST, cursor, group: 'outside' }, fetch);
    return { films, isLaterPart: cursor !== undefined };
  } catch (problem) {
    if (problem instanceof ListRefusal) error(problem.status, 'This link to a part of the list is not valid.');
    throw problem;
  }
};
