import { jobPages } from '#lib/web/page-lists.server.ts';
import type { PageServerLoad } from './$types';

/** The first jobs of each group, or those behind a cursor for who comes without scripts. */
export const load: PageServerLoad = ({ url }) => ({ jobs: jobPages((group) => url.searchParams.get(group)) });
