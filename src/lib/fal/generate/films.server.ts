import { basename, resolve } from 'node:path';
import type { FalJob } from './record.ts';

/** The films of a finished purchase, as items of the media library: with the same ids each time. */
export function filmsOf(projectRoot: string, record: FalJob) {
  const { localPath, sizeBytes, sha256, assets, taskId, modelId, createdAt, completedAt, receipt } = record;
  const films = assets ?? [{ localPath, sizeBytes, sha256 }];
  const { durationSeconds: duration, width, height } = receipt?.delivered ?? {};
  return films.flatMap((film, index) => {
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
      },
      ...{ modelId, requestId: taskId, createdAt: Date.parse(completedAt ?? createdAt) },
      ...(film.localPath === localPath && facts),
    };
  });
}
