import type { SpritePlan } from './sprite-plan.ts';

export const SMALL_WIDTH = 640;

// A file's content chooses its demuxer: a playlist named .mp4 would have ffmpeg open, and publish, other local files.
const ONLY_LOCAL_FILMS = ['-protocol_whitelist', 'file', '-format_whitelist', 'mov,matroska,webm'];
const ONLY_LOCAL_PICTURES = [
  ...['-protocol_whitelist', 'file'],
  ...['-format_whitelist', 'webp_pipe,jpeg_pipe,png_pipe,image2'],
];
const QUIETLY = [
  '-hide_banner',
  '-loglevel',
  'error',
  '-nostdin',
  '-y',
  '-threads',
  '2',
  '-filter_complex_threads',
  '2',
];
/** Cover pictures do not count as pictures of the film. */
const PICTURES_OF_FILM = '[0:V:0]';
/** Pixels may be oblong; a browser shows them as they are stored. */
const SQUARE = "scale='max(2,trunc(iw*sar/2)*2)':'max(2,trunc(ih/2)*2)',setsar=1";
/** For each frame a line on standard output. */
const BRIGHTNESS = 'format=yuv420p,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-';
const WEBP = ['-c:v', 'libwebp', '-quality', '80', '-compression_level', '4'];

/** Both sizes of the poster, with its brightness on standard output. */
export function posterArguments(
  film: string,
  { atSeconds, full, small }: { atSeconds: number; full: string; small: string },
): string[] {
  const filter = `${PICTURES_OF_FILM}${SQUARE},${BRIGHTNESS},split[full][half];[half]${SMALLER}[small]`;
  return [
    ...[...QUIETLY, ...seek(atSeconds), ...input(film), '-filter_complex', filter],
    ...['-map', '[full]', ...WEBP, ...onePicture(full)],
    ...['-map', '[small]', ...WEBP, ...onePicture(small)],
  ];
}

const SMALLER = `scale='min(${SMALL_WIDTH},iw)':-2`;

/** The brightness at a moment, on standard output. */
export function brightnessArguments(film: string, atSeconds: number): string[] {
  const filter = `${PICTURES_OF_FILM}scale=160:-2,${BRIGHTNESS}[one]`;
  const output = ['-map', '[one]', '-frames:v', '1', '-f', 'null', '-'];
  return [...QUIETLY, ...seek(atSeconds), ...input(film), '-filter_complex', filter, ...output];
}

/** A picture of the provider's in the small size. */
export function smallerArguments(picture: string, small: string): string[] {
  const output = [...WEBP, ...onePicture(small)];
  return [...QUIETLY, ...ONLY_LOCAL_PICTURES, '-i', url(picture), '-vf', SMALLER, ...output];
}

/**
 * The sprite sheet, with a line on standard output for each of its tiles.
 * @param keyFramesOnly for a film so long that decoding all of it takes minutes
 */
export function sheetArguments(
  film: string,
  plan: SpritePlan,
  { sheet, keyFramesOnly }: { sheet: string; keyFramesOnly: boolean },
): string[] {
  const { stepSeconds, columns, rows, tileWidth, tileHeight } = plan;
  const filter = [
    // Without eof_action=pass the last tile is missing.
    `${PICTURES_OF_FILM}fps=1/${stepSeconds}:round=down:start_time=0:eof_action=pass`,
    `${SQUARE},scale=${tileWidth}:${tileHeight},setsar=1,format=yuvj420p`,
    'metadata=mode=add:key=tile:value=1,metadata=print:key=tile:file=-',
    `tile=${columns}x${rows}[sheet]`,
  ].join(',');
  return [
    ...QUIETLY,
    ...(keyFramesOnly ? ['-skip_frame', 'nokey'] : []),
    ...[...input(film), '-filter_complex', filter, '-map', '[sheet]', '-c:v', 'mjpeg', '-q:v', '5'],
    ...onePicture(sheet),
  ];
}

/** The first brightness in the output of `posterArguments` or `brightnessArguments`; 16 is black, 235 white. */
export function brightnessIn(output: string): number | undefined {
  const [, value] = /lavfi\.signalstats\.YAVG=([\d.]+)/.exec(output) ?? [];
  return value === undefined ? undefined : Number(value);
}

export function tilesIn(output: string): number {
  return output.match(/^tile=1$/gm)?.length ?? 0;
}

/** Asks ffprobe for the length of a film. */
export function lengthArguments(film: string): string[] {
  const entries = ['-select_streams', 'V:0', '-show_entries', 'stream=duration:format=duration'];
  const what = [...entries, '-of', 'default=noprint_wrappers=1:nokey=1'];
  return ['-hide_banner', '-loglevel', 'error', ...ONLY_LOCAL_FILMS, ...what, '-i', url(film)];
}

/** Seconds, of the pictures rather than of sound that goes on without them; 0 where ffprobe does not know. */
export function lengthIn(output: string): number {
  return (
    output
      .split('\n')
      .map(Number)
      .find((seconds) => seconds > 0 && seconds < Number.POSITIVE_INFINITY) ?? 0
  );
}

function seek(atSeconds: number): string[] {
  return atSeconds > 0 ? ['-ss', atSeconds.toFixed(3)] : [];
}

function input(film: string): string[] {
  return [...ONLY_LOCAL_FILMS, '-i', url(film), '-an', '-sn', '-dn'];
}

/** `-update 1`: a `%d` in the name of a folder would otherwise become a number. */
function onePicture(path: string): string[] {
  return ['-frames:v', '1', '-f', 'image2', '-update', '1', url(path)];
}

/** Absolute, so that a colon in a name is not read as a protocol. */
function url(path: string): string {
  return `file:${path}`;
}
