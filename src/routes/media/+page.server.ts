import { error } from '@sveltejs/kit';
import { accessOf } from '#lib/web/access/visitor.server.ts';
import { isProblemError, PROBLEMS } from '#lib/web/http/problem.ts';
import { mediaItems, mediaOverview } from '#lib/web/media/media-list.server.ts';
import type { MediaItems, MediaOverview } from '#lib/web/media/media-view.ts';
import type { PageServerLoad } from './$types';

const FIRST_PROJECT = 'default';
const NOTHING: MediaItems = { items: [], total: 0 };

/** Not by way of the API: a page's own request there does not say who asks. */
export const load: PageServerLoad = async (event) => {
  const overview = await mediaOverview(accessOf(event));
  const projectId = event.url.searchParams.get('project') || usualProject(overview);
  return { overview, projectId, items: await itemsOf(projectId, overview, event.url) };
};

async function itemsOf(projectId: string, { access, root }: MediaOverview, url: URL): Promise<MediaItems> {
  if (!access.allowed) return NOTHING;
  try {
    return await mediaItems(projectId, new URL('?', url));
  } catch (problem) {
    if (!isProblemError(problem)) throw problem;
    // The page says so, and keeps what is added until the library is back.
    if (root.state === 'offline') return NOTHING;
    error(PROBLEMS[problem.problem].status, problem.message);
  }
}

function usualProject({ projects }: MediaOverview): string {
  const [first] = projects.filter(({ deletedUntil }) => deletedUntil === undefined);
  return first?.projectId ?? FIRST_PROJECT;
}
