import { join, relative, sep } from 'node:path';
import type { Settings } from '#lib/config.ts';
import type { MediaShelf, ShelfItem } from './generate/shelf.ts';

/** A film of a project, on disk. */
export interface FalItem extends Omit<ShelfItem, 'path'> {
  /** Relative to the folder of all projects, with forward slashes. */
  localPath: string;
  isLocalFile: true;
  url: string;
}

/** Films below `projects/{projectId}/videos`, without a list of them. */
export function projectShelf({ generatedVideosDir: root }: Settings): MediaShelf<FalItem> {
  return {
    folderOf: async (projectId) => join(root, 'projects', projectId, 'videos'),
    add: async (_projectId, { path, ...item }) => {
      const localPath = relative(root, path).split(sep).join('/');
      return { ...item, localPath, isLocalFile: true, url: item.originalUrl ?? '' };
    },
  };
}
