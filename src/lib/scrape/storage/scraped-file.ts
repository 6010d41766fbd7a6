import type { ScrapedRecord } from '#lib/scrape/record/record.ts';
import type { AssetStore } from '#lib/stores/assets/asset-store.ts';

export type ScrapedFileKind = 'film' | 'poster' | 'posterSmall' | 'spriteSheet' | 'spriteIndex';

export interface ScrapedFile {
  /** Where it is stored, by this name. */
  assets: AssetStore;
  name: string;
  sizeBytes: number;
  sha256: string;
  mimeType: string;
  /** Of a film. */
  durationSeconds?: number | undefined;
}

/** @param stores `at` may throw ReelError `config` */
export function fileOf(
  { stored, pictures, pictureObjects = [], download_duration: durationSeconds }: ScrapedRecord,
  kind: ScrapedFileKind,
  stores: { at(place: { location: string }): AssetStore },
): ScrapedFile | undefined {
  if (!stored) return undefined;
  const assets = stores.at(stored);
  if (kind === 'film') {
    const { name, sizeBytes, sha256, mimeType } = stored;
    return { assets, name, sizeBytes, sha256, mimeType, durationSeconds };
  }
  const picture = pictures?.[kind];
  const object = picture && pictureObjects.find(({ name }) => name.endsWith(`/${picture.name}`));
  if (!object || pictures?.isDue) return undefined;
  const { sizeBytes, sha256, mimeType } = picture;
  return { assets, name: object.name, sizeBytes, sha256, mimeType };
}
