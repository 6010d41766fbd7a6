import { existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import { ReelError } from '#lib/base/errors.ts';
import type { CaptureFunctions } from '#lib/capture/types.ts';
import type { StoredObject } from '#lib/jobs/record/job-record.ts';
import { addressOf, type Place } from '#lib/openai-videos/assets/job/names.ts';
import type { AssetType } from '#lib/openai-videos/assets/job/types.ts';
import { isNameUnusable, nameOfOwn } from '#lib/stores/assets/asset-rules.ts';
import type { AssetFacts, AssetStore } from '#lib/stores/assets/asset-store.ts';
import { createLocalFolder } from '#lib/stores/assets/local-folder.server.ts';

export interface StorageOptions {
  /** Absolute. Downloads arrive here; without another store they stay. */
  folder: string;
  projectRoot: string;
  /** Where finished files go instead, and the address that records keep of it, if it has one. */
  assets?: (AssetStore & { location?: string }) | undefined;
  /** The store of an object on record: files stay where they are when the settings change. */
  objectsAt?: ((location: string) => AssetStore) | undefined;
}

/** What of an asset on record says where it is. */
export interface Kept {
  fileName: string;
  object?: StoredObject | undefined;
}

/** Where the files of a video are put, by the names that its record has. */
export class DownloadStorage {
  /** As records name it: relative to the project, so that the project may be moved. */
  readonly name: string;
  readonly #folder: string;
  readonly #local: AssetStore;
  readonly #assets: StorageOptions['assets'];
  readonly #objectsAt: StorageOptions['objectsAt'];
  /** Finished files stay where they are downloaded to. */
  readonly isLocal: boolean;
  /** The caller's own store has every file, and records do not say so. */
  readonly isUnaddressed: boolean;

  constructor({ folder, projectRoot, assets, objectsAt }: StorageOptions) {
    this.#folder = folder;
    this.#local = createLocalFolder({ folder });
    this.#assets = assets;
    this.#objectsAt = objectsAt;
    this.isLocal = assets === undefined;
    this.isUnaddressed = assets !== undefined && assets.location === undefined;
    const path = relative(projectRoot, folder);
    this.name = path.startsWith('..') || isAbsolute(path) ? folder : path.split(sep).join('/');
  }

  /** Where the file is downloaded to; absolute. */
  pathOf(place: Place, type: AssetType): string {
    return join(this.#folder, ...addressOf(place, type).split('/'));
  }

  /** As `DownloadedAsset` has it. */
  filePathOf(place: Place, asset: Kept): string {
    return this.isHere(asset) ? join(this.#folder, place.folder, asset.fileName) : nameOf(place, asset);
  }

  /** Whether the file on record is in the local folder. */
  isHere({ object }: Pick<Kept, 'object'>): boolean {
    return object === undefined && !this.isUnaddressed;
  }

  /** Removes a file on record from wherever it is. @throws ReelError `disk*`, and what an asset store throws */
  async remove(place: Place, asset: Kept): Promise<void> {
    await this.storeOf(asset).remove(nameOf(place, asset));
  }

  /** Where the file on record is. @throws ReelError `config` where the settings do not lead there */
  storeOf({ object }: Pick<Kept, 'object'>): AssetStore {
    if (!object) return this.isUnaddressed ? (this.#assets ?? this.#local) : this.#local;
    const store = this.#objectsAt?.(object.location);
    if (store) return store;
    throw new ReelError('config', `Nothing leads to ${object.location}, where the file is.`, { stage: 'recording' });
  }

  /** The names of all files of a video, here and where finished ones go. */
  async fileNames({ folder, stem }: Omit<Place, 'version'>): Promise<string[]> {
    const names: string[] = [];
    for (const store of [this.#local, ...(this.#assets ? [this.#assets] : [])]) {
      for await (const { name } of store.list(`${folder}/${stem}_V`)) names.push(basename(name));
    }
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

  /**
   * Hands a downloaded file over to the asset store; the local folder has it already. Where another file has the name, or
   * nobody may say, this one gets a name made of its content: a run that goes on after a kill finds the same one.
   * @returns where it is, for the record
   */
  async keep(place: Place, type: AssetType, facts: AssetFacts, signal: AbortSignal): Promise<StoredObject | undefined> {
    if (!this.#assets) return undefined;
    const { location } = this.#assets;
    const plain = addressOf(place, type);
    const source = { path: this.pathOf(place, type) };
    try {
      await this.#assets.put(plain, source, facts, { signal });
      return location === undefined ? undefined : { location, name: plain };
    } catch (error) {
      if (location === undefined || !isNameUnusable(error)) throw error;
      const name = nameOfOwn(plain, facts.sha256.slice(0, 16));
      await this.#assets.put(name, source, facts, { signal, isOwnName: true });
      return { location, name };
    }
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

/** In its store. */
export function nameOf({ folder }: Place, { fileName, object }: Kept): string {
  return object?.name ?? `${folder}/${fileName}`;
}
