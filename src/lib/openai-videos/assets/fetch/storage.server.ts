import { existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import { ReelError } from '#lib/base/errors.ts';
import type { CaptureFunctions } from '#lib/capture/types.ts';
import { addressOf, type Place } from '#lib/openai-videos/assets/job/names.ts';
import type { AssetType, DownloadedAsset } from '#lib/openai-videos/assets/job/types.ts';
import type { AssetFacts, AssetStore } from '#lib/stores/assets/asset-store.ts';
import { createLocalFolder } from '#lib/stores/assets/local-folder.server.ts';

export interface StorageOptions {
  /** Absolute. Downloads arrive here; without another store they stay. */
  folder: string;
  projectRoot: string;
  /** Where finished files go instead. */
  assets?: AssetStore | undefined;
}

/** Where the files of a video are put, by the names that its record has. */
export class DownloadStorage {
  /** As records name it: relative to the project, so that the project may be moved. */
  readonly name: string;
  readonly assets: AssetStore;
  readonly #folder: string;
  /** Finished files stay where they are downloaded to. */
  readonly isLocal: boolean;

  constructor({ folder, projectRoot, assets }: StorageOptions) {
    this.#folder = folder;
    this.isLocal = assets === undefined;
    this.assets = assets ?? createLocalFolder({ folder });
    const path = relative(projectRoot, folder);
    this.name = path.startsWith('..') || isAbsolute(path) ? folder : path.split(sep).join('/');
  }

  /** Where the file is downloaded to; absolute. */
  pathOf(place: Place, type: AssetType): string {
    return join(this.#folder, ...addressOf(place, type).split('/'));
  }

  /** As `DownloadedAsset` has it. */
  filePathOf(place: Place, { fileName }: Pick<DownloadedAsset, 'fileName'>): string {
    return this.isLocal ? join(this.#folder, place.folder, fileName) : `${place.folder}/${fileName}`;
  }

  /** The names of all files of a video. */
  async fileNames({ folder, stem }: Omit<Place, 'version'>): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of this.assets.list(`${folder}/${stem}_V`)) names.push(basename(name));
    return names;
  }

  /** What earlier tries have received of the film, and can perhaps be continued. */
  bytesOfPart(place: Place): number {
    return statSync(`${this.pathOf(place, 'video')}.part`, { throwIfNoEntry: false })?.size ?? 0;
  }

  isDownloaded(place: Place, type: AssetType): boolean {
    return existsSync(this.pathOf(place, type));
  }

  /** @throws ReelError `invalid-input` */
  assertFree(place: Place, type: AssetType): void {
    if (!this.isDownloaded(place, type)) return;
    throw new ReelError('invalid-input', `There is another file at ${this.pathOf(place, type)}.`, {
      stage: 'recording',
    });
  }

  /** Hands a downloaded file over to the asset store; the local folder has it already. */
  async keep(place: Place, type: AssetType, facts: AssetFacts, signal: AbortSignal): Promise<void> {
    if (this.isLocal) return;
    await this.assets.put(addressOf(place, type), { path: this.pathOf(place, type) }, facts, { signal });
  }

  /** Once the record has the file: the local copy of one that is kept elsewhere, and what downloads have left. */
  async tidy(
    place: Place,
    type: AssetType,
    { removeLeftovers }: Pick<CaptureFunctions, 'removeLeftovers'>,
  ): Promise<void> {
    const path = this.pathOf(place, type);
    if (!this.isLocal) await rm(path, { force: true }).catch(() => {});
    await removeLeftovers(path);
  }
}
