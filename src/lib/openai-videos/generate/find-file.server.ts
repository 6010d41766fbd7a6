import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Settings } from '#lib/config.ts';
import type { FilmPictures } from '#lib/jobs/record/job-record.ts';
import { keptVersions, versionsOf } from '#lib/jobs/versions/film-record.ts';
import type { DownloadedFile } from '#lib/openai-videos/assets/run/find-file.ts';
import { filmPathOf } from './job.server.ts';
import type { GeneratedVideo } from './record.ts';

const FILM = 'video/mp4';

/** A file of a finished video that its record names: the film, what came with it, and former ones. */
export function fileOnRecord(settings: Settings, record: GeneratedVideo, fileName: string): DownloadedFile | undefined {
  const folder = dirname(filmPathOf(settings, record));
  const current = record.previous ?? record;
  if (current.status !== 'ready') return undefined;
  // What came with a former film has been replaced by what came with the current one.
  const former = keptVersions(versionsOf(record));
  const drawn = [current, ...former].flatMap((film) => picturesOf(film, folder));
  const files = [current, ...(current.assets ?? []), ...former, ...drawn];
  for (const file of files) {
    const path = resolve(settings.projectRoot, file.localPath ?? '');
    const isNamed = basename(path) === fileName && dirname(path) === folder;
    const found = isNamed ? fileOf(path, file) : undefined;
    if (found) return found;
  }
  return undefined;
}

interface Recorded {
  localPath?: string | undefined;
  sizeBytes?: number | undefined;
  sha256?: string | undefined;
  /** Absent: a film. */
  mimeType?: unknown;
  object?: DownloadedFile['object'];
}

/** What was drawn of a film: never in object storage. */
function picturesOf({ pictures = {} }: { pictures?: FilmPictures | undefined }, folder: string): Recorded[] {
  const { poster, posterSmall, spriteSheet, spriteIndex } = pictures;
  return [poster, posterSmall, spriteSheet, spriteIndex].flatMap((one) =>
    one ? [{ ...one, localPath: join(folder, one.name), object: undefined }] : [],
  );
}

/** Of an object only what is on record is known; a file must be as large as its record says. */
function fileOf(path: string, { sizeBytes, sha256, mimeType = FILM, object }: Recorded): DownloadedFile | undefined {
  if (sizeBytes === undefined || sha256 === undefined) return undefined;
  if (!object && statSync(path, { throwIfNoEntry: false })?.size !== sizeBytes) return undefined;
  return { path, sizeBytes, sha256, mimeType: String(mimeType), ...(object && { object }) };
}
