import {
  deleteMediaItem,
  deleteProject,
  listDeletedItems,
  restoreMediaItem,
  restoreProject,
  summarizeProjects,
} from '#lib/media/index.ts';
import { canMakePictures } from '#lib/pictures/index.ts';
import { mediaPictureWork } from './background/draw-pictures.server.ts';
import { forManagers } from './for-managers.server.ts';
import { type MediaItemView, type ProjectSizeView, toView } from './media-view.ts';

/** Deletes a project, or only says what that would take. @throws ProblemError of the library */
export function removeProject(projectId: string, { searchParams }: URL): Promise<ProjectSizeView> {
  const dryRun = isDryRun(searchParams);
  return forManagers(async () => {
    const size = await deleteProject(projectId, { dryRun });
    return { ...size, ...untilField(dryRun ? undefined : await endOfUndo(projectId)) };
  });
}

/** The same with one item. @throws ProblemError of the library */
export function removeItem(
  { projectId, itemId }: { projectId: string; itemId: string },
  { searchParams }: URL,
): Promise<ProjectSizeView> {
  const dryRun = isDryRun(searchParams);
  return forManagers(async () => {
    const size = await deleteMediaItem(projectId, itemId, { dryRun });
    const deleted = dryRun ? undefined : (await listDeletedItems(projectId)).find(({ id }) => id === itemId);
    return { ...size, ...untilField(deleted?.deletedUntilMs) };
  });
}

function isDryRun(search: URLSearchParams): boolean {
  return search.has('dryRun') && search.get('dryRun') !== '0';
}

function untilField(untilMs: number | undefined) {
  return untilMs === undefined ? {} : { deletedUntil: new Date(untilMs).toISOString() };
}

async function endOfUndo(projectId: string): Promise<number | undefined> {
  return (await summarizeProjects()).find((project) => project.projectId === projectId)?.deletedUntilMs;
}

/** Brings back what the last deletion of a project took. @throws ProblemError of the library */
export function undoDelete(projectId: string): Promise<ProjectSizeView> {
  return forManagers(() => restoreProject(projectId));
}

/** Brings a deleted item back. @throws ProblemError of the library */
export function undoDeleteItem(projectId: string, itemId: string): Promise<MediaItemView> {
  const viewing = { nowMs: Date.now(), makesPictures: canMakePictures() };
  return forManagers(async () => {
    const item = await restoreMediaItem(projectId, itemId);
    // Under another name, its film needs others.
    if (item.pictures?.isDue) void mediaPictureWork.look();
    return toView(projectId, item, viewing);
  });
}
