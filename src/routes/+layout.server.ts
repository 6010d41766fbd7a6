import { readSettings } from '#lib/config.ts';
import { accessOf } from '#lib/web/access/visitor.server.ts';
import { noSnapshot, openingFor } from '#lib/web/events/snapshot.server.ts';
import { videoService } from '#lib/web/videos/video-service.server.ts';
import type { LayoutServerLoad } from './$types';

/** What every page starts with; events keep it up to date. */
export const load: LayoutServerLoad = async (event) => {
  try {
    const access = accessOf(event);
    await videoService().library.pull();
    return { snapshot: openingFor(access, videoService()), model: readSettings().wanxModel };
  } catch (error) {
    // A page that does not exist is a 404 even then. Untracked, or every navigation would load this again.
    if (event.untrack(() => event.route.id) !== null) throw error;
    return { snapshot: noSnapshot(), model: '' };
  }
};
