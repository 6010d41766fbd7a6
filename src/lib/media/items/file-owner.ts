import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { fileClaim, type MediaRecord, projectPrefix } from './record.ts';

/** Key of the item that a file belongs to. */
export async function fileOwner(
  { store }: Pick<MediaLibrary, 'store'>,
  projectId: string,
  localPath: string,
): Promise<string | undefined> {
  const claim = fileClaim(localPath);
  let owner: string | undefined;
  const look = (current: MediaRecord | undefined, step: { ownerOf(claim: string): string | undefined }) => {
    owner = step.ownerOf(claim);
    return current;
  };
  // No item has this key: nothing is written.
  await store.update(projectPrefix(projectId), look, { claims: [claim] });
  return owner;
}
