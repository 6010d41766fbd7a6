import type { FetchedFilm, ScrapedRecord, StoredFilm } from './record.ts';
import type { ScrapedVideo } from './types.ts';

const OPTIONAL_FIELDS = [
  ...(['title', 'uploadedAt', 'notes'] as const),
  ...(['download_url', 'download_size', 'download_duration', 'download_resolution'] as const),
  ...(['download_width', 'download_height', 'download_format', 'download_mime_type'] as const),
  ...(['download_video_codec', 'download_audio_codec', 'download_plays_everywhere', 'download_sha256'] as const),
  ...(['download_error', 'download_error_code', 'download_retryable', 'download_retry_at'] as const),
  ...(['download_started_at', 'download_completed_at'] as const),
];

/** The record for callers: without what only the next process needs, and as a copy. */
export function viewOf(record: ScrapedRecord): ScrapedVideo {
  const { channelId, videoId, sourceUrl, createdAt, download_status, download_attempts, processing_jobs } = record;
  const { stored, pictures } = record;
  const drawn = stored && pictures && !pictures.isDue ? picturesOf(stored, pictures) : undefined;
  return structuredClone({
    ...{ channelId, videoId, sourceUrl, createdAt, download_status, download_attempts, processing_jobs },
    ...pick(record, OPTIONAL_FIELDS),
    ...(stored && { stored: { location: stored.location, name: stored.name } }),
    ...(drawn && { pictures: drawn }),
    ...(record.lease && { download_held_until: record.lease.expiresAt }),
    pictureBytes: pictureBytesOf(record),
  });
}

/** Without what is undefined. */
function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Partial<Pick<T, K>> {
  const picked: Partial<Pick<T, K>> = {};
  for (const name of names) if (from[name] !== undefined) picked[name] = from[name];
  return picked;
}

function picturesOf({ name }: StoredFilm, pictures: NonNullable<ScrapedRecord['pictures']>): ScrapedVideo['pictures'] {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  const kinds = ['poster', 'posterSmall', 'spriteSheet', 'spriteIndex'] as const;
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const picture = pictures[kind];
      if (!picture) return [];
      return [[kind, { ...pick(picture, ['sha256', 'width', 'height']), name: folder + picture.name }]];
    }),
  );
}

export function pictureBytesOf({ pictureObjects = [] }: Pick<ScrapedRecord, 'pictureObjects'>): number {
  return pictureObjects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** The `download_` fields of a film that has just been stored. */
export function fieldsOf(film: FetchedFilm, url: string): Partial<ScrapedRecord> {
  return {
    ...{ title: film.title, uploadedAt: film.uploadedAt, notes: film.notes },
    ...{ download_url: url, download_size: film.sizeBytes, download_sha256: film.sha256 },
    ...{ download_duration: film.durationSeconds, download_resolution: film.resolution },
    ...{ download_width: film.width, download_height: film.height },
    ...{ download_format: film.container, download_mime_type: film.mimeType },
    ...{ download_video_codec: film.videoCodec, download_audio_codec: film.audioCodec },
    download_plays_everywhere: film.playsEverywhere,
  };
}
