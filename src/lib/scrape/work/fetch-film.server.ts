import { basename, dirname } from 'node:path';
import { ReelError } from '#lib/base/errors.ts';
import { type FetchedFilm, requestText } from '#lib/scrape/record/record.ts';
import { isStored } from '#lib/scrape/storage/stored-object.server.ts';
import type { VideoProgress } from '#lib/scrape/video-downloader/types.ts';
import type { FilmWork } from './context.ts';
import type { ProgressNotes } from './progress-notes.ts';

/**
 * The film that an earlier try has fetched, if its file is still here, or has arrived in the store without word of it on
 * record.
 */
export async function findFetched(work: FilmWork): Promise<FetchedFilm | undefined> {
  const { context, held } = work;
  const { fetched, uploading } = held.record;
  if (fetched?.request !== requestText(held.record)) return undefined;
  if (context.folders.hasFile(fetched.folder, fetched.file, fetched.sizeBytes)) return fetched;
  const isUploaded =
    uploading?.sha256 === fetched.sha256 &&
    (await isStored(context.stores.at(uploading), uploading.name, uploading, work.signal));
  return isUploaded ? fetched : undefined;
}

/**
 * Downloads the film into a folder of this try, going on with what a stopped one has left.
 * @throws ReelError of the downloader; `disk*`
 */
export async function fetchFilm(work: FilmWork, notes: ProgressNotes): Promise<FetchedFilm> {
  const { context, held, signal } = work;
  const { sourceUrl: url, format, maxHeight, leftover } = held.record;
  const request = requestText(held.record);
  const name = context.folders.nameOf(held.record, held.fence);
  // Of a process that was stopped and may go on, the files are its own still.
  const hasEnded = leftover?.owner === undefined || context.newHold().isSurelyDead(leftover.owner);
  const isContinued = leftover?.request === request && hasEnded;
  const folder = await context.folders.open(name, isContinued ? leftover.folder : undefined);
  if (leftover && !isContinued && hasEnded) await context.folders.remove(leftover.folder);
  await held.patch({ leftover: { folder: name, request, owner: held.record.lease?.owner }, fetched: undefined });
  const onProgress = (progress: VideoProgress) => note(work, notes, progress);
  const {
    path,
    sourceUrl: _page,
    ...film
  } = await context.download(
    { url, folder, format, maxHeight, ...context.limits },
    { signal, onProgress, allowPrivateNetwork: context.allowPrivateNetwork },
  );
  if (dirname(path) !== folder) {
    throw new ReelError('disk', `The downloader has put its file at ${path} instead of into ${folder}.`);
  }
  const fetched: FetchedFilm = { ...film, folder: name, file: basename(path), request };
  // From here on a process that comes after this one need not ask the site again.
  await held.patch({ fetched, leftover: undefined, title: film.title ?? held.record.title });
  return fetched;
}

function note(work: FilmWork, notes: ProgressNotes, progress: VideoProgress): void {
  const { stage, bytesReceived, bytesTotal, bytesPerSecond = 0, etaSeconds } = progress;
  notes.note({ stage, ...(bytesReceived > 0 && { bytesReceived }), ...(bytesTotal !== undefined && { bytesTotal }) });
  if (stage === 'verifying') work.report({ stage, bytesReceived });
  else if (stage !== 'downloading') work.report({ stage });
  else {
    if (bytesReceived > 0) void work.onAnswer();
    work.report({
      ...{ stage, bytesReceived, bytesPerSecond },
      ...(bytesTotal !== undefined && { bytesTotal }),
      ...(etaSeconds !== undefined && { etaSeconds }),
    });
  }
}
