import { basename, relative, resolve, sep } from 'node:path';
import { projectPathOf } from '#lib/base/disk/paths.server.ts';
import type { Settings } from '#lib/config.ts';
import type { ObjectTarget } from '#lib/jobs/job.ts';
import { removeLocalCopies } from '#lib/jobs/versions/film-objects.server.ts';
import { assetStoreAt } from '#lib/stores/assets/open-asset-store.server.ts';
import { type FalJob, falJobKey, filmsOnRecord } from './record.ts';
import { storeOf } from './records.server.ts';

interface FilmLibrary {
  root: string;
  assets: ObjectTarget['store'] & { location: string; isRemote: boolean };
}

/** Object storage for films, where that is configured: under their paths in the media library. */
export function objectsOf({ root, assets }: FilmLibrary): ObjectTarget | undefined {
  if (!assets.isRemote) return undefined;
  const nameOf = (path: string) => relative(root, path).split(sep).join('/');
  return { location: assets.location, store: assets, nameOf };
}

/**
 * Whether object storage says that a film on record is gone: it was in a project that has been deleted. A store that cannot
 * be asked says nothing.
 */
export async function areGone(settings: Settings, record: FalJob): Promise<boolean> {
  for (const { object } of filmsOnRecord(record)) {
    const store = object && storeAt(settings, object.location);
    const found = await store?.stat(object?.name ?? '').catch(() => object);
    if (store && !found) return true;
  }
  return false;
}

function storeAt(settings: Settings, location: string) {
  return settings.assets && assetStoreAt(settings, location);
}

/** Removes what a process has left that was killed between the record's switch to its objects and the removal of the files. */
export async function removeUploadedCopies(settings: Settings, record: FalJob): Promise<void> {
  const { localPath } = record;
  if (localPath === undefined) return;
  const pathOf = (path: string) => resolve(settings.projectRoot, path);
  const place = {
    finalPath: pathOf(localPath),
    localPath: projectPathOf(settings.projectRoot, pathOf(localPath)),
    pathOf,
  };
  await removeLocalCopies({ store: storeOf(settings), key: falJobKey(record), place });
}

/** The films of a finished purchase, as items of the media library: with the same ids each time. */
export function itemsOf(projectRoot: string, record: FalJob) {
  const { localPath, taskId, modelId, createdAt, completedAt, receipt } = record;
  const { durationSeconds: duration, width, height } = receipt?.delivered ?? {};
  return filmsOnRecord(record).flatMap((film, index) => {
    if (film.localPath === undefined) return [];
    const path = resolve(projectRoot, film.localPath);
    // What the record knows besides is about the first film.
    const facts = { duration, width, height, originalUrl: record.videoUrl, expiresAt: record.expiresAt };
    return {
      id: `fal-${taskId}${index === 0 ? '' : `-${index + 1}`}`,
      ...{
        name: basename(path),
        type: 'video' as const,
        localPath: path,
        fileSize: film.sizeBytes ?? 0,
        sha256: film.sha256,
        object: film.object,
      },
      ...{ modelId, requestId: taskId, createdAt: Date.parse(completedAt ?? createdAt) },
      ...(film.localPath === localPath && facts),
    };
  });
}
