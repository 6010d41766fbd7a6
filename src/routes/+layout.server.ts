import { readSettings } from '#lib/config.ts';
import { noSnapshot, openingFor } from '#lib/web/events/snapshot.server.ts';
import { videoService } from '#lib/web/videos/video-service.server.ts';
import type { LayoutServerLoad } from './$types';

/** What every page begins with; events keep it up to date from there. */
export const load: LayoutServerLoad = (event) => {
  try {
    return { snapshot: openingFor(event, videoService()), model: readSettings().wanxModel };
  } catch (error) {
    // That there is no such page is true whatever else is wrong. Not tracked, or each page would load this anew.
    if (event.untrack(() => event.route.id) !== null) throw error;
    return { snapshot: noSnapshot(), model: '' };
  }
};
