import * as z from 'zod';
import {
  type DeletedItem,
  mediaLibrary,
  type ProjectSummary,
  pageOfItems,
  rootState,
  summarizeProjects,
} from '#lib/media/index.ts';
import { canMakePictures } from '#lib/pictures/index.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import type { SpendAccess } from '#lib/web/videos/view.ts';
import { forManagers } from './for-managers.server.ts';
import { generatingView } from './generating.server.ts';
import { type DeletedItemView, type MediaItems, type MediaOverview, type ProjectView, toView } from './media-view.ts';

const ITEMS_IN_A_PART = 100;
/** A page has room for so many. */
const MOST_DELETED = 50;
const querySchema = z.object({
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
});

/** The library as a whole. Who may not manage learns only that. @throws ProblemError of the records */
export async function mediaOverview(access: SpendAccess): Promise<MediaOverview> {
  if (!access.allowed) {
    const generate = { available: false, sandbox: false, reason: access.reason, models: [] };
    return { root: { state: 'absent' }, projects: [], generate, access };
  }
  const library = mediaLibrary();
  const state = rootState(library);
  const isAway = state.kind === 'offline';
  // With the drive, its records are away, too.
  const projects = isAway && library.keepsRecordsInRoot ? [] : await forManagers(() => summarizeProjects());
  return {
    root: isAway
      ? { state: 'offline', problem: state.reason }
      : { state: state.kind === 'online' ? 'ready' : 'absent' },
    projects: projects.flatMap((project) => projectView(project, Date.now())),
    generate: generatingView(),
    access,
  };
}

/** None for one that was deleted more than a day ago. */
function projectView({ deletedUntilMs, ...project }: ProjectSummary, nowMs: number): ProjectView[] {
  if (deletedUntilMs === undefined) return [project];
  return deletedUntilMs > nowMs ? [{ ...project, deletedUntil: new Date(deletedUntilMs).toISOString() }] : [];
}

function deletedView({ deletedUntilMs, ...item }: DeletedItem): DeletedItemView {
  return { ...item, deletedUntil: new Date(deletedUntilMs).toISOString() };
}

/** A part of a project's items, the newest first. @throws ProblemError `invalid-input`, and of the records */
export async function mediaItems(projectId: string, { searchParams }: URL): Promise<MediaItems> {
  const query = querySchema.safeParse(Object.fromEntries(searchParams)).data;
  if (!query) throw new ProblemError('invalid-input', 'The query is not valid: see docs/openapi.json.');
  const { cursor, limit = ITEMS_IN_A_PART } = query;
  const { items, total, deleted, nextCursor } = await forManagers(() => pageOfItems(projectId, { limit, cursor }));
  const viewing = { nowMs: Date.now(), makesPictures: canMakePictures() };
  return {
    items: items.map((item) => toView(projectId, item, viewing)),
    ...{ total, ...(nextCursor !== undefined && { nextCursor }) },
    ...(deleted && { deleted: deleted.slice(0, MOST_DELETED).map(deletedView) }),
  };
}
