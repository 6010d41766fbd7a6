import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findTool } from '#lib/base/process/guarded-program.server.ts';
import type { ToolEnvironment } from '#lib/base/process/tool-environment.ts';

/** On standard error, where it was about to fetch something; yt-dlp passes it on. */
export const REFUSAL = 'reelkeep: ffmpeg opens local files only';

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
 * Makes a folder for `--ffmpeg-location`, with programs that open local files only: yt-dlp has ffmpeg fetch live and
 * SAMPLE-AES streams by itself, past any check of addresses. Without an ffmpeg on PATH, or on Windows, the folder stays
 * empty, and yt-dlp does without. Returns whether there is one.
 */
export async function wrapFfmpeg(folder: string, environment: ToolEnvironment): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  if (process.platform === 'win32') return false;
  const [ffmpeg, ffprobe] = ['ffmpeg', 'ffprobe'].map((name) => findTool(name, environment));
  if (ffmpeg) await writeProgram(join(folder, 'ffmpeg'), `${CHECKED}\nexec ${quoted(ffmpeg)} "$@"`);
  if (ffprobe) await writeProgram(join(folder, 'ffprobe'), `exec ${quoted(ffprobe)} ${ONLY_FILMS} "$@"`);
  return ffmpeg !== undefined && ffprobe !== undefined;
}

async function writeProgram(path: string, body: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
