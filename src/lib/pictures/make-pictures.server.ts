import { lstat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { throwIfAborted, timerMs } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import { findTool } from '#lib/base/process/guarded-program.server.ts';
import type { ToolEnvironment } from '#lib/base/process/tool-environment.ts';
import { readSettings, readToolEnvironment } from '#lib/config.ts';
import { CaptureQueue } from '#lib/jobs/capture-queue.ts';
import type { FilmPictures } from '#lib/jobs/record/job-record.ts';
import { stemOf } from '#lib/jobs/record/picture-names.ts';
import { SingleFlight } from '#lib/jobs/run/single-flight.ts';
import { DraftFiles } from './drafts.server.ts';
import { lengthArguments, lengthIn } from './ffmpeg-arguments.ts';
import { readPicture, sizeAndHash } from './read-picture.server.ts';
import { Studio } from './studio.server.ts';
import { runTool } from './tool.server.ts';
import type { DeliveredPictures, FilmFacts, RunTool } from './types.ts';

export interface PictureOptions {
  /** Absolute path that the names of the pictures begin with; default: that of the film without its extension. */
  stem?: string | undefined;
  delivered?: DeliveredPictures | undefined;
  /** Whether there is to be a sprite sheet; default true. */
  sprites?: boolean | undefined;
  /** As the capture has read it; default: what ffprobe says. */
  durationSeconds?: number | undefined;
  signal?: AbortSignal | undefined;
  /** For all pictures of the film; default two minutes. */
  timeLimitMs?: number | undefined;
  /**
   * Called once all pictures are drawn; gives them their names by calling `rename`, for example within a step of a record
   * store. If it does not, nothing is published.
   */
  publishWithin?: ((pictures: FilmPictures, rename: () => void) => Promise<void>) | undefined;
  /** For tests: where to look for ffmpeg, by its PATH. */
  environment?: ToolEnvironment | undefined;
}

const TIME_LIMIT_MS = 120_000;

/** One ffmpeg in a process: a film's pictures are never urgent. */
const queue = new CaptureQueue(1);
const flights = new SingleFlight<FilmPictures, never>();

/**
 * Makes what is missing of a film's poster (WebP, two sizes), sprite sheet (JPEG) and sprite index (WebVTT), beside the film.
 * Whoever asks for the pictures of a film that are being made waits for the same ones.
 * @param filmPath absolute
 * @returns the pictures; what could not be made, and why, is in `missing`, also without ffmpeg and for a damaged film
 * @throws ReelError `aborted`; `disk-full`, `disk-denied`, `disk` where the pictures cannot be written; `invalid-input`
 */
export async function makePictures(filmPath: string, options: PictureOptions = {}): Promise<FilmPictures> {
  const { stem = stemOf(filmPath), signal } = options;
  if (!isAbsolute(filmPath) || !isAbsolute(stem)) {
    throw new ReelError('invalid-input', `The paths of a film and of its pictures must be absolute: ${filmPath}`);
  }
  const work = (stop: AbortSignal) => queue.add(undefined, () => make(filmPath, stem, options, stop), stop);
  return flights.run(stem, work, { signal });
}

/** Whether pictures are made here: the settings want them, and ffmpeg is there. @throws ReelError `config` */
export function canMakePictures(): boolean {
  return readSettings().makesPictures && findTool('ffmpeg', readToolEnvironment()) !== undefined;
}

/** Ends all drawing of this process; what is not published yet is not published. */
export async function stopPictures(): Promise<void> {
  await flights.abortAll(new Error('the process is shutting down'));
}

async function make(filmPath: string, stem: string, options: PictureOptions, stop: AbortSignal): Promise<FilmPictures> {
  const { timeLimitMs = TIME_LIMIT_MS, publishWithin = async (_pictures, rename) => rename() } = options;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(timerMs(timeLimitMs))]);
  const environment = options.environment ?? readToolEnvironment();
  const drafts = new DraftFiles(stem);
  try {
    const film = await readFilm(filmPath, options.durationSeconds, { environment, signal });
    const { delivered = {}, sprites = true } = options;
    const tools = { ffmpeg: runner('ffmpeg', { environment, signal }), readPicture };
    const pictures = film
      ? await new Studio({ film, drafts, delivered, sprites, tools, signal }).work()
      : { missing: ['No pictures: the film is gone, or there is something else in its place.'] };
    throwIfAborted(stop);
    await publishWithin(pictures, () => drafts.rename());
    await drafts.settle();
    return pictures;
  } catch (error) {
    throw diskError(error, `${stem}.*`);
  } finally {
    await drafts.clear();
  }
}

/** Undefined for what is no plain file: a pipe would keep ffmpeg waiting, and a link may lead anywhere. */
async function readFilm(
  path: string,
  knownSeconds: number | undefined,
  context: ToolContext,
): Promise<FilmFacts | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const { sha256 } = await sizeAndHash(path);
  const result = knownSeconds === undefined ? await runner('ffprobe', context)?.(lengthArguments(path)) : undefined;
  return { path, sha256, durationSeconds: knownSeconds ?? lengthIn(result?.output ?? '') };
}

type ToolContext = Parameters<typeof runTool>[2];

/** Undefined where the program is not on PATH. */
function runner(name: string, context: ToolContext): RunTool | undefined {
  const program = findTool(name, context.environment);
  return program === undefined ? undefined : (args) => runTool(program, args, context);
}
