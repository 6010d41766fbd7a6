import { readScrapedAssets, type Settings } from '#lib/config.ts';
import { assetStoreAt, openAssetStore } from '#lib/stores/assets/open-asset-store.server.ts';
import { FilmStores } from './film-places.server.ts';

/** In a bucket that is for scraped films alone, names begin with the channel; in one that is shared, with this folder. */
const SHARED_AREA = 'scraped';

/**
 * @param assets the object storage for scraped films; undefined: the local folder
 * @throws ReelError `config` as `readScrapedAssets`
 */
export function openFilmStores(settings: Settings, assets = readScrapedAssets()): FilmStores {
  const area = settings.assets ? SHARED_AREA : '';
  const all = { ...settings, assets };
  const current = openAssetStore(all, { folder: settings.scrapedVideosDir, area });
  return new FilmStores(current, (location) =>
    location.startsWith('s3://')
      ? assetStoreAt(all, location)
      : openAssetStore({ ...all, assets: undefined }, { folder: location, area: '' }),
  );
}
