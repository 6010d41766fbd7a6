import { isReelError } from '#lib/base/errors.ts';
import type { FilmPictures } from '#lib/pictures/index.ts';
import { videoKey } from '#lib/wanx/spot.ts';
import type { ServerLog } from '#lib/web/http/server-log.server.ts';

interface Ids {
  spotId: string;
  eraId: string;
}

export interface PictureWorkOptions {
  log: ServerLog;
  signal: AbortSignal;
  isOn(): boolean;
  make(spotId: string, eraId: string, options: { signal: AbortSignal }): Promise<FilmPictures | undefined>;
  /** Videos that an earlier run captured just before it ended. */
  listDue(): Promise<readonly Ids[]>;
  /** This video has new pictures. */
  onMade(key: string): void;
}

/** Makes the pictures of the films that a server has finished, in the background: no request waits for them. */
export class PictureWork {
  readonly #options: PictureWorkOptions;
  /** Without ffmpeg every film would say the same. */
  readonly #saidMissing = new Set<string>();

  constructor(options: PictureWorkOptions) {
    this.#options = options;
  }

  /** Never rejects: the film is complete without them. */
  async make(spotId: string, eraId: string): Promise<void> {
    const { log, signal, isOn, make, onMade } = this.#options;
    const key = videoKey(spotId, eraId);
    try {
      if (!isOn() || signal.aborted) return;
      const pictures = await make(spotId, eraId, { signal });
      for (const missing of pictures?.missing ?? []) this.#sayOnce(key, missing);
      onMade(key);
    } catch (error) {
      if (!isReelError(error) || error.code !== 'aborted') log.warn({ err: error, video: key }, 'no pictures made');
    }
  }

  async makeDue(): Promise<void> {
    const { log, isOn, listDue } = this.#options;
    try {
      if (!isOn()) return;
      const due = await listDue();
      await Promise.all(due.map(({ spotId, eraId }) => this.make(spotId, eraId)));
    } catch (error) {
      log.error({ err: error }, 'could not look for films without pictures');
    }
  }

  #sayOnce(key: string, missing: string): void {
    if (this.#saidMissing.has(missing) || this.#saidMissing.size > 100) return;
    this.#saidMissing.add(missing);
    this.#options.log.warn({ video: key }, missing);
  }
}
