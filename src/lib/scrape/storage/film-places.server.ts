import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ObjectPlace } from '#lib/scrape/record/record.ts';
import type { AssetStore } from '#lib/stores/assets/asset-store.ts';

/** An asset store with its name: `s3://bucket/prefix`, or the absolute path of a folder. */
export interface LocatedStore extends AssetStore {
  readonly location: string;
}

/** Where films are stored: new ones in the current store, former ones where their records say. */
export class FilmStores {
  readonly current: LocatedStore;
  readonly #openAt: (location: string) => AssetStore;

  constructor(current: LocatedStore, openAt: (location: string) => AssetStore) {
    this.current = current;
    this.#openAt = openAt;
  }

  /** @throws ReelError `config` for a place that the settings do not reach */
  at({ location }: Pick<ObjectPlace, 'location'>): AssetStore {
    return location === this.current.location ? this.current : this.#openAt(location);
  }
}

/** The `download_url` of an object: `s3://…`, or `file://…` in a local folder. */
export function urlOf({ location, name }: ObjectPlace): string {
  return location.includes('://') ? `${location}/${name}` : pathToFileURL(join(location, name)).href;
}
