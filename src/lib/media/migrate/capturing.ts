import type { MediaRecord } from '#lib/media/items/record.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import type { BytesReceived } from '#lib/media/types.ts';

/** What is found out about an item by its file. */
export type FileFields = Pick<MediaRecord, 'fileSize' | 'sha256' | 'duration' | 'width' | 'height'>;

/**
 * Completes or removes what ended saves have left in a project.
 * @param isOthers whether an item is being saved as the file of this claim
 */
export type SettleParts = (
  library: MediaLibrary,
  projectId: string,
  isOthers: (claim: string) => boolean,
) => Promise<void>;

/** How the file of an item is fetched and checked. Passed in as a value, which keeps import chains short. */
export interface Capturing {
  /** With its dot. @throws ReelError `invalid-input` for what cannot be checked */
  extensionOf(record: MediaRecord): string;
  /** Undefined for a file that is not whole. */
  inspect(path: string, record: MediaRecord): Promise<FileFields | undefined>;
  /** Fetches the link of the item to the path. @throws as `captureAsset` */
  fetch(
    path: string,
    record: MediaRecord,
    options: { signal?: AbortSignal | undefined; onProgress(bytes: BytesReceived): void },
  ): Promise<FileFields>;
}
