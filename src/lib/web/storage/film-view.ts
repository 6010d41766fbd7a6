import { ERROR_CODES, type ErrorCode } from '#lib/base/errors.ts';
import type { ScrapedVideo, StoredPicture } from '#lib/scrape/record/types.ts';
import { versionOf } from '#lib/web/playback/source.ts';
import type { ScrapedFilm } from './storage-view.ts';

/** What the public reads of a failure: a message may quote the site, or contain a path or a link. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  'not-found': 'The site has no such video any more.',
  rejected: 'The site does not give this video out.',
  'rate-limited': 'The site asks to wait.',
  network: 'The site or the store could not be reached.',
  timeout: 'It took too long.',
  'invalid-input': 'There is no video at this address.',
  'provider-failed': 'The page could not be read.',
  'not-a-video': 'What arrived is no video.',
  integrity: 'The file arrived damaged.',
  'too-large': 'The video is too large.',
  'blocked-address': 'The address is not allowed.',
  config: 'The server lacks what it takes.',
  'disk-full': "The server's disk is full.",
};

export interface Viewer {
  /** Sees addresses and messages in full. */
  mayManage: boolean;
  nowMs: number;
}

/** A scraped film as pages and the API show it. */
export function filmView(video: ScrapedVideo, { mayManage, nowMs }: Viewer): ScrapedFilm {
  const { channelId, videoId, sourceUrl, createdAt, download_status: status, stored } = video;
  return {
    ...{ channelId, videoId, site: hostOf(sourceUrl), status, createdAt },
    ...defined({ title: video.title, notes: video.notes?.length ? video.notes : undefined }),
    ...(mayManage && { sourceUrl }),
    ...(stored && fileFacts(video)),
    ...defined({ problem: problemOf(video, mayManage), progress: progressOf(video, nowMs) }),
  };
}

/** The address at which a file of a film is served. */
export function scrapedSource(
  { channelId, videoId }: Pick<ScrapedVideo, 'channelId' | 'videoId'>,
  kind: string,
  sha256: string | undefined,
): string {
  const path = [channelId, videoId, kind].map(encodeURIComponent).join('/');
  return `/scraped/${path}${sha256 === undefined ? '' : `?v=${versionOf(sha256)}`}`;
}

function fileFacts(video: ScrapedVideo): Partial<ScrapedFilm> {
  return {
    src: scrapedSource(video, 'film', video.download_sha256),
    ...defined({
      ...{ storedAt: video.download_completed_at, sizeBytes: video.download_size, sha256: video.download_sha256 },
      ...{ durationSeconds: video.download_duration, resolution: video.download_resolution },
      ...{ width: video.download_width, height: video.download_height },
      ...{ container: video.download_format, mimeType: video.download_mime_type },
      ...{ videoCodec: video.download_video_codec, audioCodec: video.download_audio_codec },
      ...{ playsEverywhere: video.download_plays_everywhere, pictures: picturesOf(video) },
    }),
  };
}

function picturesOf(video: ScrapedVideo): ScrapedFilm['pictures'] {
  const { poster, posterSmall, spriteSheet, spriteIndex } = video.pictures ?? {};
  const sheet = pictureOf(video, 'spriteSheet', spriteSheet);
  const pictures = defined({
    poster: pictureOf(video, 'poster', poster),
    posterSmall: pictureOf(video, 'posterSmall', posterSmall),
    sprites: sheet &&
      spriteIndex && {
        ...{ sheet: sheet.src, width: sheet.width, height: sheet.height },
        index: scrapedSource(video, 'spriteIndex', spriteIndex.sha256),
      },
  });
  return Object.keys(pictures).length > 0 ? pictures : undefined;
}

function pictureOf(video: ScrapedVideo, kind: string, picture: StoredPicture | undefined) {
  if (!picture?.width || !picture.height) return undefined;
  return { src: scrapedSource(video, kind, picture.sha256), width: picture.width, height: picture.height };
}

function problemOf(video: ScrapedVideo, mayManage: boolean): ScrapedFilm['problem'] {
  const { download_error: message, download_error_code: given, download_retryable: retryable = false } = video;
  if (message === undefined) return undefined;
  const code = ERROR_CODES.find((one) => one === given) ?? 'provider-failed';
  return {
    ...{ code, message: mayManage ? message : (WORDS[code] ?? 'The download failed.'), retryable },
    ...defined({ retryAt: video.download_retry_at }),
  };
}

function progressOf(video: ScrapedVideo, nowMs: number): ScrapedFilm['progress'] {
  const job = video.processing_jobs.findLast(({ status }) => status === 'running');
  if (!job) return undefined;
  const { stage, attempt, startedAt, bytesReceived, bytesTotal, bytesUploaded } = job;
  const isHeld = Date.parse(video.download_held_until ?? '') > nowMs;
  return { ...{ stage, attempt, startedAt, isHeld }, ...defined({ bytesReceived, bytesTotal, bytesUploaded }) };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}

/** Without what is undefined. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
