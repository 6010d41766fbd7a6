import { error } from '@sveltejs/kit';
import { desk } from './desk.server.ts';
import { isProblemError, PROBLEMS } from './problem.ts';
import { GROUPS, type VideoPage } from './video-lists.ts';
import type { VideoGroup } from './video-view.ts';

/** As many as fill a large window; the rest loads on as one scrolls. */
export const FILMS_AT_FIRST = 24;
export const JOBS_AT_FIRST = 50;

/** A part of a group, and how many there are in all. */
export type JobPage = VideoPage & { total: number };

/**
 * Films of places outside the catalogue, the newest first.
 * @param cursor of the address, which may be anything
 * @throws HttpError 400 for a cursor that is none; ReelError `store-corrupt`, `disk` or `config`
 */
export function filmsOutside(cursor: string | null): VideoPage {
  return read(() => desk().library.pageOutside(FILMS_AT_FIRST, cursor ?? undefined));
}

/** What the downloads page begins with. @param cursorOf of the address @throws as `filmsOutside` */
export function jobPages(cursorOf: (group: VideoGroup) => string | null): Record<VideoGroup, JobPage> {
  const { library } = desk();
  const pageOf = (group: VideoGroup): JobPage => ({
    ...library.page(group, JOBS_AT_FIRST, cursorOf(group) ?? undefined),
    total: library.sizeOf(group),
  });
  const [underWay, stopped, saved] = GROUPS;
  return read(() => ({ [underWay]: pageOf(underWay), [stopped]: pageOf(stopped), [saved]: pageOf(saved) }));
}

function read<T>(list: () => T): T {
  desk().feed.catchUp();
  try {
    return list();
  } catch (problem) {
    if (!isProblemError(problem)) throw problem;
    return error(PROBLEMS[problem.problem].status, 'This address does not lead to a part of the list.');
  }
}
