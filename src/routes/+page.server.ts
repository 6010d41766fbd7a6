import { filmsOutside } from '#lib/web/page-lists.server.ts';
import type { PageServerLoad } from './$types';

/** Films outside the catalogue: the newest, or those behind `from` for who comes without scripts. */
export const load: PageServerLoad = ({ url }) => {
  const from = url.searchParams.get('from');
  return { films: filmsOutside(from), isLaterPart: from !== null };
};
