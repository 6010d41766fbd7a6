import { isAbsolute } from 'node:path';
import { throwIfAborted } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import { readToolEnvironment } from '#lib/config.ts';
import { CaptureQueue } from '#lib/jobs/capture-queue.ts';
import type { FilmPictures } from '#lib/jobs/record/job-record.ts';
import { SingleFlight } from '#lib/jobs/run/single-flight.ts';
import { Drafts } from './drafts.server.ts';
import { readFilm } from './film.server.ts';
import { stemOf } from './picture-names.ts';
import { type DeliveredPictures, Studio } from './studio.server.ts';
import type { ToolEnvironment } from './tool.server.ts';

export interface PictureOptions {
  /** Absolute path that the names of the pictures begin with; default: that of the film without its extension. */
  stem?: string | undefined;
  delivered?: DeliveredPictures | undefined;
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

/** Ends all drawing of this process; what is not published yet is not published. */
export async function stopPictures(): Promise<void> {
  await flights.abortAll(new Error('the process is shutting down'));
}

async function make(filmPath: string, stem: string, options: PictureOptions, stop: AbortSignal): Promise<FilmPictures> {
  const facts = await readFilm(filmPath);
  if ('problem' in facts) return { missing: [`No pictures: ${facts.problem}.`] };
  const { timeLimitMs = TIME_LIMIT_MS, publishWithin = async (_pictures, rename) => rename() } = options;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(timeLimitMs)]);
  const drafts = new Drafts(stem);
  try {
    const { delivered = {}, environment = readToolEnvironment() } = options;
    const pictures = await new Studio({ film: filmPath, facts, drafts, delivered, signal, environment }).work();
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
