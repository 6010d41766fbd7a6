import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { findTool } from '#lib/base/process/guarded-program.server.ts';
import type { ToolEnvironment } from '#lib/base/process/tool-environment.ts';

/** On standard error, where it was about to fetch something; yt-dlp passes it on. */
export const REFUSAL = 'reelkeep: ffmpeg opens local files only';

/** Likewise, for pages with a script that yt-dlp has run by PhantomJS: that opens what the script asks for, without a proxy. */
export const NO_BROWSER = 'reelkeep: PhantomJS is not started';

/** Likewise the last line after a write that had no space; yt-dlp shows only the last one, which of ffmpeg's own says nothing. */
const NO_SPACE = 'reelkeep: No space left on device';

// A file's content chooses its demuxer: a playlist named .mp4 would have ffmpeg open other local files.
const ONLY_FILMS = '-protocol_whitelist file,pipe -format_whitelist mov,matroska,webm,mpegts,flv,aac,mp3,ogg,ac3,eac3';

/** Refuses whatever names a protocol other than `file:`, and puts the limits before each input. */
const CHECKED = `count=$#
while [ "$count" -gt 0 ]; do
  case $1 in
    file:*|pipe:*|[!A-Za-z]*) ;;
    *:*) case \${1%%[:,]*} in
      *[!A-Za-z0-9+.-]*) ;;
      *) echo '${REFUSAL}' >&2; exit 1 ;;
    esac ;;
  esac
  if [ "$1" = -i ]; then set -- "$@" ${ONLY_FILMS}; fi
  set -- "$@" "$1"
  shift
  count=$((count - 1))
done`;

/**
 * Has ffmpeg fail where it had no space. By itself it ends well when only the last piece did not fit, and leaves a file that
 * is cut. Lines that begin with a space are titles and other texts of the film.
 */
const FAILING_WHEN_FULL = `{ errors=$("$@" 2>&1 >&3 3>&-); code=$?; } 3>&1
printf '%s\\n' "$errors" >&2
set -f
IFS='
'
for line in $errors; do
  case $line in
    ' '*) ;;
    *': No space left on device'|*': Disk quota exceeded'|*': File too large') echo '${NO_SPACE}' >&2; exit 1 ;;
  esac
done
exit "$code"`;

/**
 * Makes a folder for `--ffmpeg-location`, which is also the first of yt-dlp's PATH, with programs that open local files only: yt-dlp has ffmpeg fetch live and
 * SAMPLE-AES streams by itself, past any check of addresses. Without an ffmpeg on PATH, or on Windows, the folder stays
 * empty, and yt-dlp does without. Returns whether there is one.
 */
export async function wrapFfmpeg(folder: string, environment: ToolEnvironment): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  if (process.platform === 'win32') return false;
  await writeProgram(join(folder, 'phantomjs'), `echo '${NO_BROWSER}' >&2; exit 1`);
  const [ffmpeg, ffprobe] = ['ffmpeg', 'ffprobe'].map((name) => findTool(name, environment));
  if (ffmpeg)
    await writeProgram(join(folder, 'ffmpeg'), `${CHECKED}\nset -- ${quoted(ffmpeg)} "$@"\n${FAILING_WHEN_FULL}`);
  if (ffprobe) await writeProgram(join(folder, 'ffprobe'), `exec ${quoted(ffprobe)} ${ONLY_FILMS} "$@"`);
  return ffmpeg !== undefined && ffprobe !== undefined;
}

/**
 * The PATH of yt-dlp, with that folder. On Windows, where a script cannot take the place of a program, it finds no others:
 * neither an ffmpeg nor a PhantomJS.
 */
export function guardedPath(folder: string, path = '', platform = process.platform): string {
  return platform === 'win32' ? folder : [folder, path].join(delimiter);
}

async function writeProgram(path: string, body: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
