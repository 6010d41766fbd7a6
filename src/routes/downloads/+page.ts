import { error } from '@sveltejs/kit';
import { fetchDownloads } from '#lib/components/downloads/service-downloads.ts';
import { fetchPart, ListRefusal } from '#lib/components/live/fetch-list.ts';
import type { VideoGroup } from '#lib/web/videos/view.ts';
import type { PageLoad } from './$types';

/** More follow as the page is scrolled: each row costs the browser time before it can react. */
const JOBS_AT_FIRST = 12;

/** The first jobs of each group, or, for browsers without scripts, those after a cursor. */
export const load: PageLoad = async ({ url, fetch }) => {
  const part = (group: VideoGroup) =>
    fetchPart({ limit: JOBS_AT_FIRST, cursor: url.searchParams.get(group) ?? undefined, group }, fetch);
  try {
    const [underWay, stopped, saved, downloads] = await Promise.all([
      part('under-way'),
      part('stopped'),
      part('saved'),
      fetchDownloads(fetch),
    ]);
    return { jobs: { underWay, stopped, saved }, downloads };
  } catch (problem) {
    if (problem instanceof ListRefusal) error(problem.status, 'This link to a part of the list is not valid.');
    throw problem;
  }
};
