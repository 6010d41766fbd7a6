import { error } from '@sveltejs/kit';
import { ServerRefusal } from '#lib/components/live/ask-server.ts';
import { fetchDownloads, fetchFilms, fetchOverview, queryOf } from '#lib/components/storage/storage-api.ts';
import type { PageLoad } from './$types';

/** More follow as the page is scrolled: each row costs the browser time before it can react. */
const FILMS_AT_FIRST = 12;

export const load: PageLoad = async ({ url, fetch }) => {
  const query = queryOf(url.searchParams);
  try {
    const [overview, films, downloads] = await Promise.all([
      fetchOverview(fetch),
      fetchFilms({ ...query, limit: FILMS_AT_FIRST }, fetch),
      fetchDownloads(fetch),
    ]);
    return { query, overview, films, downloads };
  } catch (problem) {
    if (!(problem instanceof ServerRefusal)) throw problem;
    const { status, message } = problem;
    error(status, status === 400 ? 'This link to a part of the list is not valid.' : message);
  }
};
