/**
 * In the root: holds the folders of deleted projects as `{projectId}~{ms since the epoch}`, and the files of an item that was
 * deleted by itself in a folder of its own, which has a mark besides.
 */
export const TRASH = 'trash';

/** @param mark of an item that is deleted by itself: no other deletion has it */
export function trashFolderOf(projectId: string, deletedMs: number, mark?: string): string {
  return `${TRASH}/${projectId}~${deletedMs}${mark === undefined ? '' : `~${mark}`}`;
}
