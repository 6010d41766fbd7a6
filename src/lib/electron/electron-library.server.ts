import { join } from 'node:path';
import { readSettings } from '#lib/config.ts';
import { type Adoption, adoptRoot, type MediaLibrary, mediaLibrary } from '#lib/media/index.ts';
import { FILES_AT } from './file-addresses.ts';
import type { ElectronApp } from './types.ts';

/** In `userData`, where Chromium keeps its own: it has no folder of this name. */
const MEDIA_FOLDER = 'Reelkeep Media';

/**
 * The media library of an Electron app: `Reelkeep Media` in its `userData`, unless `REELKEEP_MEDIA_DIR` names a folder. For
 * the functions of `reelkeep/media` in the main process, as their `library`.
 * @throws ReelError `config`
 */
export function electronLibrary(app: ElectronApp): MediaLibrary {
  const settings = readSettings();
  const userData = app.getPath('userData');
  const mediaDir = settings.hasOwnMediaDir ? settings.mediaDir : join(userData, MEDIA_FOLDER);
  const notePath = join(userData, 'reelkeep-media-library.json');
  return { ...mediaLibrary({ ...settings, mediaDir }), notePath, filesAt: FILES_AT };
}

/** Where videos were saved before Reelkeep: straight in `userData`, in folders of the same names. */
export function olderRootOf(app: ElectronApp): string {
  return app.getPath('userData');
}

/** What an adoption is tried for until it succeeds. A folder that the user has chosen gets nothing that it was not given. */
export function adoption(library: MediaLibrary, olderRoot: string): () => Promise<Adoption | undefined> {
  const isOwn = library.root !== join(olderRoot, MEDIA_FOLDER);
  let running: Promise<Adoption | undefined> | undefined;
  return () => {
    running ??= (isOwn ? Promise.resolve(undefined) : adoptRoot(library, olderRoot)).catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}
