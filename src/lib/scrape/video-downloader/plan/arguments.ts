/** What is the same for every run of yt-dlp. */
export interface CommonArguments {
  /** Of our own proxy on loopback, which checks every address. */
  proxyUrl: string;
  /** Folder with an `ffmpeg` and an `ffprobe` that open local files only. */
  ffmpegFolder: string;
  /** The Node that runs scripts of pages such as YouTube's; undefined: there is none. */
  nodePath: string | undefined;
  /** Whether this yt-dlp knows an option. */
  knows(option: string): boolean;
}

export interface FormatChoice {
  format?: string | undefined;
  maxHeight?: number | undefined;
}

/** Names that cannot be a way out of the folder, and that no file system refuses. */
const SAFE_NAMES = ['--restrict-filenames', '--windows-filenames', '--trim-filenames', '120'];
const SECONDS_OF_SILENCE = '20';
/** What may be fetched: HTTP itself, and HLS and DASH by yt-dlp's own code. Other protocols use programs that know no proxy. */
const PROTOCOLS = "[protocol~='^(https?|m3u8|m3u8_native|http_dash_segments)$']";
/** Codecs before the height: what every browser plays is preferred to a higher picture. */
const PREFERENCE = 'lang,vcodec:h264,acodec:aac,quality,res,fps,hdr:12,ext:mp4:m4a';
/** Containers that browsers do not play; their contents go into an MP4 as they are. */
const REMUX = 'flv>mp4/mkv>mp4/ts>mp4/mpegts>mp4';

/**
 * Reads what a page says of its video, and fetches none of it. One JSON document on standard output.
 * @param more options for this run
 */
export function probeArguments(
  url: string,
  common: CommonArguments,
  choice: FormatChoice,
  more: readonly string[] = [],
): string[] {
  const list = ['--dump-single-json', '--flat-playlist', '--no-playlist', '--playlist-items', '1:2'];
  return [...safeArguments(common), ...list, ...formatArguments(choice), ...more, '--', url];
}

/** Lists a channel or playlist, one JSON document a line, and opens none of its videos. */
export function listArguments(url: string, common: CommonArguments): string[] {
  const list = ['--dump-json', '--flat-playlist', '--yes-playlist', ...optional(common, ['--lazy-playlist'])];
  return [...safeArguments(common), ...list, '--', url];
}

/**
 * Fetches what an earlier probe has found. Progress and the finished file are reported as lines of JSON on standard output,
 * which begin with P and F.
 */
export function downloadArguments(
  paths: { infoPath: string; folder: string },
  common: CommonArguments,
  choice: FormatChoice,
): string[] {
  const { infoPath, folder } = paths;
  return [
    ...safeArguments(common),
    ...['--no-playlist', '--no-simulate', '--newline', '--progress'],
    ...optional(common, ['--progress-delta', '0.5']),
    ...['--progress-template', 'download:P %(progress)j'],
    ...['--print', 'after_move:F %(.{id,ext,filepath,format_id})j'],
    // A second look: the page was not live when it was read.
    ...['--match-filters', '!is_live & live_status!=?is_upcoming'],
    // By default a lost fragment is left out, and the damaged video reported as fine.
    '--abort-on-unavailable-fragments',
    ...['--downloader', 'm3u8:native', '--downloader', 'dash:native'],
    ...['--merge-output-format', 'mp4/webm', '--remux-video', REMUX],
    ...['--continue', '--no-mtime', ...SAFE_NAMES],
    ...['-P', folder, '-P', `temp:${folder}`, '-o', 'video.%(format_id)s.%(ext)s'],
    ...[...formatArguments(choice), `--load-info-json=${infoPath}`],
  ];
}

function safeArguments(common: CommonArguments): string[] {
  const { proxyUrl, ffmpegFolder, nodePath } = common;
  return [
    // Configuration files, plugins and post-processing commands are code of others; caches keep what we do not see.
    ...['--ignore-config', '--no-exec', '--no-cache-dir', '--no-update', ...optional(common, ['--no-plugin-dirs'])],
    ...(common.knows('--color') ? ['--color', 'no_color'] : ['--no-colors']),
    // For the Retry-After of a server; see `RetryAfterReader`.
    '--print-traffic',
    ...['--default-search', 'error', '--no-mark-watched', '--no-write-comments'],
    ...['--proxy', proxyUrl, `--ffmpeg-location=${ffmpegFolder}`],
    ...(nodePath === undefined ? [] : optional(common, ['--js-runtimes', `node:${nodePath}`])),
    ...['--socket-timeout', SECONDS_OF_SILENCE],
    // The caller repeats the whole; these bridge a hiccup.
    ...['--retries', '2', '--fragment-retries', '3', '--extractor-retries', '1', '--file-access-retries', '3'],
    ...['--retry-sleep', 'http:exp=1:4', '--retry-sleep', 'fragment:exp=1:4'],
  ];
}

/** An option with its values, where this yt-dlp has it. */
function optional({ knows }: Pick<CommonArguments, 'knows'>, [option = '', ...values]: string[]): string[] {
  return knows(option) ? [option, ...values] : [];
}

function formatArguments({ format, maxHeight }: FormatChoice): string[] {
  const height = maxHeight === undefined ? '' : `[height<=?${maxHeight}]`;
  const chosen = format ?? 'bv*+ba/b';
  const sorted = format === undefined ? [`--format-sort=${PREFERENCE}`] : [];
  return [`--format=(${chosen})${height}${PROTOCOLS}`, ...sorted];
}
