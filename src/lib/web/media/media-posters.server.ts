import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { makeFolderBelow } from '#lib/base/disk/durable-create.server.ts';
import {
  findMediaFile,
  getMediaItem,
  isReelError,
  lendMediaFile,
  type MediaFile,
  mediaLibrary,
  pictureNameOf,
  picturesFolderOf,
} from '#lib/media/index.ts';
import { canMakePictures, makePictures } from '#lib/pictures/index.ts';
import { serverLog } from '#lib/web/http/log.server.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { serveFile } from '#lib/web/playback/playback.server.ts';
import { forManagers } from './for-managers.server.ts';

/** Films of which none could be made, until this is asked again: a damaged one would be read anew for every look at a page. */
const without = new Map<string, number>();
const ASK_AGAIN_MS = 600_000;
const MOST_KNOWN = 10_000;

interface Film {
  /** Of the library. */
  root: string;
  projectId: string;
  file: MediaFile;
  durationSeconds: number | undefined;
  /** What the names of its pictures begin with; another file of the same item has another one. */
  stem: string;
}

/**
 * Serves GET and HEAD for a small picture of a film of the library. The first look draws it; then it is kept with the project.
 * @throws ProblemError `not-found` where there is none, and of the records
 */
export async function servePoster(
  { projectId, itemId }: { projectId: string; itemId: string },
  request: Request,
  url: URL,
  visitor?: string,
): Promise<Response> {
  const film = canMakePictures() ? await forManagers(() => findFilm(projectId, itemId)) : undefined;
  const poster = film && ((await posterOf(film)) ?? (await drawn(film, request.signal)));
  if (!poster) throw new ProblemError('not-found', 'There is no picture of this item.');
  const file = { ...poster, name: basename(poster.path), mimeType: 'image/webp', sha256: undefined };
  const response = await serveFile(file, request, url, visitor);
  if (response.ok) response.headers.set('cache-control', 'private, max-age=600');
  return response;
}

async function findFilm(projectId: string, itemId: string): Promise<Film | undefined> {
  const item = await getMediaItem(projectId, itemId);
  if (item?.type !== 'video' || item.localState !== 'here') return undefined;
  const { localPath = '', duration } = item;
  const file = await findMediaFile(projectId, basename(localPath));
  if (!file) return undefined;
  const { root } = mediaLibrary();
  const stem = join(root, picturesFolderOf(projectId), pictureNameOf(item));
  return { root, projectId, file, durationSeconds: duration, stem };
}

async function posterOf({ stem }: Film): Promise<{ path: string; sizeBytes: number } | undefined> {
  const path = `${stem}.poster-640.webp`;
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() ? { path, sizeBytes: found.size } : undefined;
}

async function drawn(film: Film, signal: AbortSignal) {
  const { stem, durationSeconds } = film;
  if ((without.get(stem) ?? 0) > Date.now()) return undefined;
  try {
    makePicturesFolder(film);
    const draw = (path: string) => makePictures(path, { stem, durationSeconds, sprites: false, signal });
    const { missing } = await lendMediaFile(mediaLibrary(), film.file, { beside: `${stem}.mp4`, signal }, draw);
    if (missing) remember(stem);
  } catch (error) {
    if (!isReelError(error) || error.code === 'aborted') throw error;
    serverLog().warn({ err: error }, 'no poster made');
    remember(stem);
  }
  return posterOf(film);
}

/** @throws ReelError `disk` where the library's root is gone by now: nothing is made in its place */
function makePicturesFolder({ root, projectId }: Film): void {
  try {
    makeFolderBelow(root, picturesFolderOf(projectId));
  } catch (error) {
    throw diskError(error, root);
  }
}

function remember(stem: string): void {
  if (without.size >= MOST_KNOWN) without.clear();
  without.set(stem, Date.now() + ASK_AGAIN_MS);
}
