import { error } from '@sveltejs/kit';
import { ServerRefusal } from '#lib/components/live/ask-server.ts';
import { fetchDownloads, fetchFilms, fetchOverview } from '#lib/components/storage/storage-api.ts';
import { filmQuerySchema } from '#lib/web/storage/storage-view.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url, fetch }) => {
  const query = filmQuerySchema.safeParse(Object.fromEntries(url.searchParams)).data;
  if (!query) error(400, 'This link to a part of the list is not valid.');
  try {
    const [overview, films, { downloads }] = await Promise.all([
      fetchOverview(fetch),
      fetchFilms(query, fetch),
      fetchDownloads(fetch),
    ]);
    return { query, overview, films, downloads };
  } catch (problem) {
    if (problem instanceof ServerRefusal) error(problem.status, problem.message);
    throw problem;
  }
};
