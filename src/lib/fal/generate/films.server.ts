import { basename, resolve } from 'node:path';
import type { FalJob } from './record.ts';
import type { ShelfItem } from './shelf.ts';

/** The films of a finished purchase, as the media library is told of them. */
export function filmsOf(projectRoot: string, record: FalJob): ShelfItem[] {
  const { localPath, sizeBytes = 0, assets, taskId, createdAt, completedAt, receipt, videoUrl } = record;
  const films = assets ?? [{ localPath, sizeBytes }];
  const { durationSeconds, width, height } = receipt?.delivered ?? {};
  return films.flatMap((film, index) => {
    if (film.localPath === undefined) return [];
    const isMain = film.localPath === localPath;
    const path = resolve(projectRoot, film.localPath);
    return {
      id: `fal-${taskId}${index === 0 ? '' : `-${index + 1}`}`,
      ...{ name: basename(path), type: 'video', path, fileSize: film.sizeBytes ?? 0 },
      originalUrl: isMain ? videoUrl : undefined,
      ...(isMain && { duration: durationSeconds, width, height }),
      createdAt: Date.parse(completedAt ?? createdAt),
    } as const;
  });
}
