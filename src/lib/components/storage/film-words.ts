import { formatBytes, formatDate, formatMoment, formatPlayTime, formatShare } from '#lib/components/words/format.ts';
import type { FilmQuery, ScrapedFilm } from '#lib/web/storage/storage-view.ts';

const CODECS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^avc[13]|^h264/i, 'H.264'],
  [/^(hvc1|hev1|hevc|h265)/i, 'H.265'],
  [/^vp0?9/i, 'VP9'],
  [/^vp0?8/i, 'VP8'],
  [/^av01/i, 'AV1'],
  [/^mp4a\.(6b|69)|^mp3/i, 'MP3'],
  [/^mp4a|^aac/i, 'AAC'],
  [/^opus/i, 'Opus'],
  [/^(ac-3|ec-3)/i, 'Dolby'],
];

/** The states by which the list can be narrowed, and their names. */
export const STATUS_WORDS: ReadonlyArray<{ value: NonNullable<FilmQuery['status']>; text: string }> = [
  { value: '', text: 'Any' },
  { value: 'downloaded', text: 'Stored' },
  { value: 'downloading', text: 'Downloading' },
  { value: 'pending', text: 'Waiting' },
  { value: 'failed', text: 'Failed' },
];

/** `H.264` of `avc1.640028`; what is not known, as it is. */
export function codecName(codec: string): string {
  return CODECS.find(([pattern]) => pattern.test(codec))?.[1] ?? codec;
}

export function titleOf({ title, channelId, videoId }: Pick<ScrapedFilm, 'title' | 'channelId' | 'videoId'>): string {
  return title ?? `${channelId}/${videoId}`;
}

/** `1080p, 12:31, mp4 with H.264 and AAC`; empty while nothing is stored. */
export function filmFacts({ resolution, durationSeconds, container, videoCodec, audioCodec }: ScrapedFilm): string {
  const codecs = [videoCodec, audioCodec].flatMap((codec) => (codec === undefined ? [] : [codecName(codec)]));
  const format = container && (codecs.length > 0 ? `${container} with ${codecs.join(' and ')}` : container);
  const length = durationSeconds === undefined ? undefined : formatPlayTime(durationSeconds);
  return [resolution, length, format].filter((fact) => fact !== undefined).join(', ');
}

const STAGES: Record<NonNullable<ScrapedFilm['progress']>['stage'], string> = {
  starting: 'Starting',
  probing: 'Reading the page',
  downloading: 'Downloading',
  processing: 'Putting it together',
  verifying: 'Checking the file',
  uploading: 'Storing',
};

/** How a film stands, in a sentence. */
export function filmState({ status, storedAt, sizeBytes, problem, progress }: ScrapedFilm): string {
  if (status === 'downloaded') {
    const size = sizeBytes === undefined ? '' : `, ${formatBytes(sizeBytes)}`;
    return `Stored${storedAt === undefined ? '' : ` on ${formatDate(storedAt)}`}${size}`;
  }
  if (status === 'failed') return failure(problem);
  if (!progress) return problem ? `Waits for its next try. ${problem.message}` : 'Waits to be downloaded';
  if (!progress.isHeld) return `Interrupted${amount(progress)}. The next npm run scrape goes on with it.`;
  return `${STAGES[progress.stage]}${amount(progress)}`;
}

function failure(problem: ScrapedFilm['problem']): string {
  if (!problem) return 'It failed.';
  const { message, retryable, retryAt } = problem;
  if (retryAt !== undefined) return `${message} It can be tried from ${formatMoment(retryAt)}.`;
  return retryable ? `${message} It can be tried again.` : message;
}

function amount({ stage, bytesReceived, bytesUploaded, bytesTotal }: NonNullable<ScrapedFilm['progress']>): string {
  const bytes = stage === 'uploading' ? bytesUploaded : bytesReceived;
  if (!bytes) return '';
  return bytesTotal ? `, ${formatShare(bytes, bytesTotal)}` : `, ${formatBytes(bytes)} so far`;
}

/** From 0 to 100; undefined while it is not known. */
export function percentOf({ progress }: ScrapedFilm): number | undefined {
  if (!progress?.bytesTotal) return undefined;
  const bytes = progress.stage === 'uploading' ? progress.bytesUploaded : progress.bytesReceived;
  return bytes === undefined ? undefined : Math.min(100, Math.round((bytes / progress.bytesTotal) * 100));
}

/** What a terminal takes to try it again; undefined for who may not see the address. */
export function scrapeCommand({ sourceUrl, channelId, videoId }: ScrapedFilm): string | undefined {
  if (sourceUrl === undefined) return undefined;
  return `npm run scrape -- '${sourceUrl.replaceAll("'", '%27')}' --channel ${channelId} --video ${videoId}`;
}
