import { mediaKey } from '#lib/media/items/record.ts';
import { readableLibrary } from '#lib/media/root/library.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { finishAll, withObjectWork } from './objects.server.ts';

export interface ObjectWorkOptions {
  signal?: AbortSignal | undefined;
  library?: MediaLibrary | undefined;
}

/** Keys of the items that have something to do in object storage: a file to be uploaded, or one to be removed. */
export async function listMediaUploads({ library: given }: ObjectWorkOptions = {}): Promise<string[]> {
  const library = readableLibrary(given);
  return library && !library.isOffline ? (await withObjectWork(library)).map(mediaKey) : [];
}

/**
 * Goes on with uploads of the media library that a killed process, or a store that was away, has left. Each file is safe in
 * the library meanwhile.
 * @returns keys of the items that are not finished
 * @throws ReelError `disk` where the records are offline with the library; `store-corrupt`
 */
export async function finishMediaUploads({ signal, library: given }: ObjectWorkOptions = {}): Promise<string[]> {
  const library = readableLibrary(given);
  if (library && !library.isOffline) await finishAll(library, { signal });
  return listMediaUploads({ library: given });
}
