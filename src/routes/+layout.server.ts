import { readSettings } from '#lib/config.ts';
import { snapshotFor } from '#lib/web/snapshot.server.ts';
import type { LayoutServerLoad } from './$types';

/** What every page begins with; events keep it up to date from there. */
export const load: LayoutServerLoad = (event) => ({
  snapshot: snapshotFor(event),
  model: readSettings().wanxModel,
});
