import { deleteProject, restoreProject, summarizeProjects } from '#lib/media/index.ts';
import { forManagers } from './for-managers.server.ts';
import type { ProjectSizeView } from './media-view.ts';

/** Deletes a project, or only says what that would take. @throws ProblemError of the library */
export function removeProject(projectId: string, { searchParams }: URL): Promise<ProjectSizeView> {
  const dryRun = searchParams.has('dryRun') && searchParams.get('dryRun') !== '0';
  return forManagers(async () => {
    const size = await deleteProject(projectId, { dryRun });
    const deletedUntilMs = dryRun ? undefined : await endOfUndo(projectId);
    return { ...size, ...(deletedUntilMs !== undefined && { deletedUntil: new Date(deletedUntilMs).toISOString() }) };
  });
}

async function endOfUndo(projectId: string): Promise<number | undefined> {
  return (await summarizeProjects()).find((project) => project.projectId === projectId)?.deletedUntilMs;
}

/** Brings back what the last deletion of a project took. @throws ProblemError of the library */
export function undoDelete(projectId: string): Promise<ProjectSizeView> {
  return forManagers(() => restoreProject(projectId));
}
