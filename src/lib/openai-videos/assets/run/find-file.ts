import type { DownloadStorage } from '#lib/openai-videos/assets/fetch/storage.server.ts';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';

export interface DownloadedFile {
  /** Absolute. */
  path: string;
  /** Where it is in object storage; nothing is at `path` then. */
  object?: { location: string; name: string } | undefined;
  sizeBytes: number;
  sha256: string;
  mimeType: string;
}

/** Only names on record are found, so a name is never used as a path. A store without an address cannot be read from here. */
export function findDownloadedFile(
  records: readonly DownloadRecord[],
  storage: DownloadStorage,
  { folder, fileName }: { folder: string; fileName: string },
): DownloadedFile | undefined {
  for (const { place, assets, pictures } of records) {
    if (place?.folder !== folder) continue;
    const { poster, posterSmall, spriteSheet, spriteIndex } = pictures ?? {};
    const drawn = [poster, posterSmall, spriteSheet, spriteIndex].flatMap((one) =>
      one ? [{ ...one, fileName: one.name, object: undefined }] : [],
    );
    const file = [...assets, ...drawn].find((one) => one.fileName === fileName);
    if (!file) continue;
    const { sizeBytes, sha256, mimeType, object } = file;
    if (!object && !storage.isHere(file)) continue;
    return { path: storage.filePathOf(place, file), sizeBytes, sha256, mimeType, ...(object && { object }) };
  }
  return undefined;
}
