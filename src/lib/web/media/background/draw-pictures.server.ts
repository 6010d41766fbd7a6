import { everyInterval } from '#lib/base/clock.ts';
import { processWide } from '#lib/base/process-wide.ts';
import {
  type FinishedPictures,
  type FinishPicturesOptions,
  finishMediaPictures,
  type MediaFilm,
  type MediaLibrary,
} from '#lib/media/index.ts';
import { makePictures } from '#lib/pictures/index.ts';
import { LogOnce } from '#lib/web/http/log-once.ts';
import type { ServerLog } from '#lib/web/http/server-log.server.ts';

type Log = Pick<ServerLog, 'debug' | 'error' | 'warn'>;

const LOOK_EVERY_MS = 60_000;
/** For a film that could not be read: the next look would read all of it again. */
const TRY_AGAIN_MS = 600_000;
const MOST_SAID = 100;

/** Makes the pictures of films that have come into the media library, in the background: no request waits for them. */
export class MediaPictureWork {
  readonly #finish: (options: FinishPicturesOptions) => Promise<FinishedPictures[]>;
  readonly #nowMs: () => number;
  readonly #failures = new LogOnce();
  /** Without ffmpeg every film would say the same. */
  readonly #said = new Set<string>();
  readonly #later = new Map<string, number>();
  #log: Log | undefined;
  #stop = new AbortController();
  #stopLooking = () => {};
  #running: Promise<void> | undefined;
  #isAsked = false;

  constructor(finish: (options: FinishPicturesOptions) => Promise<FinishedPictures[]>, nowMs: () => number = Date.now) {
    this.#finish = finish;
    this.#nowMs = nowMs;
  }

  /** Looks now and from then on. Never throws. */
  start(log: Log): void {
    this.#stopLooking();
    this.#stop = new AbortController();
    this.#log = log;
    void this.look();
    this.#stopLooking = everyInterval(LOOK_EVERY_MS, () => void this.look());
  }

  /** Ends the work; what is not drawn stays due. */
  async stop(): Promise<void> {
    this.#stopLooking();
    this.#log = undefined;
    this.#stop.abort();
    await this.#running;
  }

  /** A film may have come: does nothing in a process that has not started this. Never rejects. */
  look(options: { library?: MediaLibrary | undefined } = {}): Promise<void> {
    this.#isAsked = true;
    this.#running ??= this.#work(options).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #work(options: { library?: MediaLibrary | undefined }): Promise<void> {
    // A film that comes while others are drawn is not among these.
    while (this.#isAsked && this.#log && !this.#stop.signal.aborted) {
      this.#isAsked = false;
      await this.#drawAll(this.#log, options);
    }
  }

  async #drawAll(log: Log, options: { library?: MediaLibrary | undefined }): Promise<void> {
    const { signal } = this.#stop;
    try {
      const only = (film: MediaFilm) => (this.#later.get(keyOf(film)) ?? 0) <= this.#nowMs();
      for (const one of await this.#finish({ ...options, only, signal })) this.#note(log, one);
      this.#failures.end();
    } catch (error) {
      log[this.#failures.isFirst(error) ? 'error' : 'debug'](
        { err: error },
        'could not look for films without pictures',
      );
    }
  }

  #note(log: Log, { film, missing, error }: FinishedPictures): void {
    const key = keyOf(film);
    if (!error || error.code === 'aborted') this.#later.delete(key);
    else this.#later.set(key, this.#nowMs() + TRY_AGAIN_MS);
    for (const sentence of error?.code === 'aborted' ? [] : missing) {
      if (this.#said.has(sentence) || this.#said.size > MOST_SAID) continue;
      this.#said.add(sentence);
      log.warn({ film: key }, sentence);
    }
  }
}

function keyOf({ projectId, id }: MediaFilm): string {
  return `${projectId}/${id}`;
}

/** Of this server. */
export const mediaPictureWork = processWide(
  'reelkeep.media-pictures',
  () => new MediaPictureWork((options) => finishMediaPictures(makePictures, options)),
);
