import { join, resolve } from 'node:path';
import { projectPathOf } from '#lib/base/disk/paths.server.ts';
import type { Settings } from '#lib/config.ts';
import type { FilmPlace } from '#lib/jobs/versions/film-place.server.ts';
import { assetStoreAt, type ConfiguredAssets, openAssetStore } from '#lib/stores/assets/open-asset-store.server.ts';
import { videoFileName } from '#lib/wanx/spot.ts';

/** Absolute path of the finished file. */
export function finalPathOf(settings: Settings, spotId: string, eraId: string): string {
  return join(settings.videoDir, videoFileName(spotId, eraId));
}

/** Where finished videos go. */
export function videoAssets(settings: Settings): ConfiguredAssets {
  return openAssetStore(settings, { folder: settings.videoDir, area: 'videos' });
}

/** The path as records keep it: from the project root with forward slashes, absolute when outside the project. */
export function localPathOf(settings: Settings, finalPath: string): string {
  return projectPathOf(settings.projectRoot, finalPath);
}

/** The place of a video's films, as the engine sees it. */
export function filmPlaceOf(settings: Settings, spotId: string, eraId: string): FilmPlace {
  const finalPath = finalPathOf(settings, spotId, eraId);
  const pathOf = (localPath: string) => resolve(settings.projectRoot, localPath);
  const objectsAt = (location: string) => assetStoreAt(settings, location);
  return { finalPath, localPath: localPathOf(settings, finalPath), pathOf, objectsAt };
}
