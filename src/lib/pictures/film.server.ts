import { lstat } from 'node:fs/promises';
import { isReelError } from '#lib/base/errors.ts';
import { inspectAsset } from '#lib/capture/capture.server.ts';
import { anyVideo } from '#lib/capture/formats/formats.server.ts';

export interface FilmFacts {
  sha256: string;
  /** 0 where the file does not state it. */
  durationSeconds: number;
}

/**
 * What the film says of itself; `problem` if it is none. ffmpeg only ever gets a whole film: a pipe would keep it waiting,
 * and a playlist would lead it to other files.
 */
export async function readFilm(path: string): Promise<FilmFacts | { problem: string }> {
  try {
    const found = await lstat(path).catch(() => undefined);
    if (!found) return { problem: 'the file of the film is gone' };
    if (!found.isFile()) return { problem: 'there is something else in place of the film' };
    const { sha256, media, problem } = await inspectAsset(path, anyVideo);
    if (problem !== undefined) return { problem: `the film is not whole: ${problem}` };
    return { sha256, durationSeconds: media.durationSeconds ?? 0 };
  } catch (error) {
    if (!isReelError(error)) throw error;
    return { problem: 'the file of the film cannot be read' };
  }
}
