import { exportProject, findMediaFile, getMediaItem } from '#lib/media/index.ts';
import { PICTURE_KINDS } from '#lib/pictures/index.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { serveFile } from '#lib/web/playback/playback.server.ts';
import { forManagers } from './for-managers.server.ts';

/** Serves GET and HEAD for a project as one archive. @throws ProblemError `not-found`, `invalid-input`, and of the records */
export function exportMedia(projectId: string, request: Request): Promise<Response> {
  return forManagers(() => exportProject(projectId, { request, signal: request.signal }));
}

/**
 * Serves GET and HEAD for a file of the library.
 * @throws ProblemError `not-found`, `rate-limited`, and of the records
 */
export async function serveMedia(
  { projectId, name }: { projectId: string; name: string },
  request: Request,
  url: URL,
  visitor?: string,
): Promise<Response> {
  const file = await forManagers(() => findMediaFile(projectId, name));
  if (!file) throw new ProblemError('not-found', 'There is no file of this name in the project.');
  const response = await serveFile({ sha256: undefined, ...file, name }, request, url, visitor);
  // It is private, and what has its name after a deletion may be another file.
  if (response.ok) response.headers.set('cache-control', 'private, no-cache');
  return response;
}

/**
 * Serves GET and HEAD for a picture of a film, as its record names it: poster, sprite sheet or its index. Draws nothing.
 * @throws ProblemError `not-found`, `rate-limited`, and of the records
 */
export async function serveMediaPicture(
  { projectId, itemId, name }: { projectId: string; itemId: string; name: string },
  request: Request,
  url: URL,
  visitor?: string,
): Promise<Response> {
  const { pictures = {} } = (await forManagers(() => getMediaItem(projectId, itemId))) ?? {};
  const kind = PICTURE_KINDS.find((one) => pictures[one]?.name === name);
  const picture = kind && pictures[kind];
  const file = picture && (await forManagers(() => findMediaFile(projectId, name)));
  if (!file) throw new ProblemError('not-found', 'There is no such picture.');
  const response = await serveFile({ ...file, ...picture }, request, url, visitor);
  const cache = response.headers.get('cache-control') ?? '';
  response.headers.set('cache-control', cache.replace('public', 'private'));
  return response;
}
