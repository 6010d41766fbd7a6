import { randomBytes } from 'node:crypto';
import { everyInterval, systemClock } from '#lib/base/clock.ts';
import { processWide } from '#lib/base/process-wide.ts';
import { readSettings } from '#lib/config.ts';
import {
  cancelVideo,
  checkOrder,
  checkOrderOptions,
  type DeadlineWarning,
  type Era,
  type GenerateProgress,
  type GenerateResult,
  generateAndStoreVideo,
  isSandbox,
  isVideoRunning,
  listVideosWithPicturesDue,
  makeVideoPictures,
  type OrderOptions,
  orderNote,
  resumeVideos,
  type Spot,
  stopVideos,
  videoKey,
  watchVideos,
  withdrawOrder,
} from '#lib/wanx/index.ts';
import type { Background } from '#lib/web/embed/background.server.ts';
import { VideoFeed } from '#lib/web/events/feed.ts';
import { LogOnce } from '#lib/web/http/log-once.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import type { ServerLog } from '#lib/web/http/server-log.server.ts';
import { PictureWork } from '#lib/web/pictures/picture-work.ts';
import { configuredModel } from '#lib/web/server/configured-model.ts';
import { type CancelableRun, cancelRun } from './cancel-run.server.ts';
import type { LiveLibrary } from './lists.ts';
import type { Counts, LiveProgress, SpendView, VideoView } from './view.ts';

const RESUME_EVERY_MS = 30_000;
const MOST_LOGGED_FAILURES = 1000;
/** A server that stops is often back in seconds. */
const RETURN_AFTER_MS = 2000;

export interface VideoServiceOptions {
  log: ServerLog;
  library: LiveLibrary;
  /** The progress of a job, as pages see it. */
  toLive(progress: GenerateProgress, nowMs: number): LiveProgress | undefined;
}

type Order = OrderOptions & { force?: boolean | undefined };

/** The running work of this server: starts, resumes and stops it, and has the current state of each video. */
export class VideoService {
  readonly library: LiveLibrary;
  readonly feed: VideoFeed;
  readonly log: ServerLog;
  readonly #runs = new Map<string, CancelableRun>();
  /** All background work, so that stopping can wait for it. */
  readonly #background = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #pictures: PictureWork;
  readonly #loggedFailures = new Set<string>();
  readonly #resumeFailures = new LogOnce();
  readonly #unwatch: () => void;
  #stopResuming: (() => void) | undefined;

  constructor({ log, library, toLive }: VideoServiceOptions) {
    this.log = log;
    this.library = library;
    // Also what the app itself has started: pages see its progress, and its deadlines are logged.
    this.#unwatch = watchVideos({
      onEvent: ({ key, ...event }) => {
        if (event.kind === 'deadline') this.#warn(event.warning);
        else this.#note(key, toLive(event.progress, systemClock.now()));
      },
      onEnd: (key) => this.#note(key, undefined),
    });
    this.#pictures = new PictureWork({
      log,
      signal: this.#stopping.signal,
      isOn: () => readSettings().makesPictures,
      make: makeVideoPictures,
      listDue: listVideosWithPicturesDue,
      onMade: (made) => this.feed.touch(made),
    });
    this.feed = new VideoFeed({
      read: () => this.#readChanges(),
      epoch: randomBytes(6).toString('hex'),
      every: (intervalMs, task) => everyInterval(intervalMs, () => void this.library.pull().then(task)),
      after: (delayMs, task) => void setTimeout(task, delayMs).unref(),
      onError: (error) => log.error({ err: error }, 'could not read the records'),
    });
  }

  get isSandbox(): boolean {
    return isSandbox(readSettings());
  }

  view(spotId: string, eraId: string): Promise<VideoView> {
    return this.library.view(spotId, eraId);
  }

  /**
   * Starts making the video in the background, or joins one that is under way. Invalid orders are rejected at once.
   * @returns the current view; `started` is false if there already is a finished video
   * @throws ReelError `invalid-input`, `config`, `budget`, `store-corrupt`
   */
  async order(
    spot: Spot,
    era: Era,
    { force = false, ...options }: Order,
  ): Promise<{ view: VideoView; started: boolean }> {
    if (this.#stopping.signal.aborted) throw new ProblemError('busy', 'The server is stopping. Try again in a moment.');
    const key = videoKey(spot.id, era.id);
    const before = await this.view(spot.id, era.id);
    const text = await orderNote(spot, era, { force, ...options }, this.#runs.has(key));
    const note = text === undefined ? {} : { note: text };
    if (before.state === 'ready' && !force) {
      if (Object.keys(options).length > 0) checkOrderOptions(spot, era, withModel(options));
      return { view: { ...before, ...note }, started: false };
    }
    await checkOrder(spot, era, withModel({ force, ...options }));
    if (!this.#runs.has(key)) {
      const controller = new AbortController();
      const ended = this.#follow(key, () =>
        generateAndStoreVideo(spot, era, { ...options, force, pictures: false, signal: controller.signal }),
      );
      this.#runs.set(key, { controller, ended });
      this.#inBackground(ended);
    }
    return { view: { ...(await this.view(spot.id, era.id)), ...note }, started: true };
  }

  /** Sends what has changed to the listeners. Never rejects. */
  async look(): Promise<void> {
    await this.library.pull();
    this.feed.look();
  }

  /** @throws ReelError `not-found` if nothing is under way */
  async cancel(spotId: string, eraId: string): Promise<VideoView> {
    await cancelRun(spotId, eraId, this.#runs.get(videoKey(spotId, eraId)), { cancelVideo, withdrawOrder });
    await this.look();
    return this.view(spotId, eraId);
  }

  /** Finishes everything unfinished, now and whenever a retry is due. */
  startResuming(): void {
    if (this.#stopResuming) return;
    const resume = (ignoreBackoff: boolean) => this.#inBackground(this.#resume(ignoreBackoff));
    // A restart often follows a fix of what made all attempts fail: a setting, a full disk.
    resume(true);
    this.#inBackground(this.#pictures.makeDue());
    this.#stopResuming = everyInterval(RESUME_EVERY_MS, () => resume(false));
  }

  /** Ends all connections and all work; submitted tasks stay resumable. Resolves when everything is on disk. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the server is stopping'));
    this.#stopResuming?.();
    this.feed.close(() => RETURN_AFTER_MS * (1 + systemClock.random()));
    await stopVideos();
    await Promise.all(this.#background);
    this.#unwatch();
  }

  #readChanges(): { videos: VideoView[]; spend: SpendView; counts: Counts } {
    this.library.refresh();
    return { videos: this.library.takeChanged(), spend: this.library.spend, counts: this.library.counts };
  }

  #inBackground(work: Promise<void>): void {
    const tracked = work.finally(() => this.#background.delete(tracked));
    this.#background.add(tracked);
  }

  async #resume(ignoreBackoff: boolean): Promise<void> {
    try {
      const results = await resumeVideos({
        ignoreBackoff,
        pictures: false,
        signal: this.#stopping.signal,
        // Leave other processes' work to them; work running here is already being followed.
        ifBusy: 'fail',
        only: ({ spotId, eraId }) => !isVideoRunning(spotId, eraId),
      });
      this.#resumeFailures.end();
      for (const result of results) this.#finish('resumed', result);
    } catch (error) {
      const level = this.#resumeFailures.isFirst(error) ? 'error' : 'debug';
      this.log[level]({ err: error }, 'could not resume unfinished videos');
    }
    await this.look();
  }

  async #follow(key: string, work: () => Promise<GenerateResult>): Promise<void> {
    this.#note(key, { stage: 'prompt', at: new Date(systemClock.now()).toISOString() });
    this.log.info({ video: key }, 'video ordered');
    const result = await work();
    this.#runs.delete(key);
    this.#note(key, undefined);
    this.#finish('made', result, key);
  }

  #finish(what: 'made' | 'resumed', result: GenerateResult, key?: string): void {
    this.#logResult(what, result, key);
    if (result.success) this.#inBackground(this.#pictures.make(result.metadata.spotId, result.metadata.eraId));
  }

  #note(key: string, progress: LiveProgress | undefined): void {
    this.library.note(key, progress);
    this.feed.touch(key);
  }

  /** For the operator of the server; pages count down to the deadline by themselves. */
  #warn({ key, ...warning }: DeadlineWarning): void {
    this.log.warn({ video: key, ...warning }, 'the link of a video that is not captured yet is about to expire');
  }

  #logResult(what: 'made' | 'resumed', result: GenerateResult, key?: string): void {
    if (result.success) {
      const { spotId, eraId, sizeBytes, taskId } = result.metadata;
      this.log.info({ video: videoKey(spotId, eraId), taskId, sizeBytes }, `video ${what}`);
      return;
    }
    const { code, error, taskId } = result;
    // Another process has it, or this one is stopping: not a failure. Real failures are logged once.
    const isNew = code !== 'busy' && code !== 'aborted' && !this.#loggedFailures.has(error);
    if (isNew && this.#loggedFailures.size < MOST_LOGGED_FAILURES) this.#loggedFailures.add(error);
    this.log[isNew ? 'warn' : 'debug']({ video: key, code, error, taskId }, `video not ${what}`);
  }
}

/** `startReelkeep` and `stopReelkeep` change it. */
export const background = processWide<Background<VideoService>>('reelkeep.background', () => ({ isStarted: false }));

/** The one video service of this server, once `startReelkeep` was called. */
export function videoService(): VideoService {
  if (background.service) return background.service;
  throw new Error('startReelkeep was not called when the server started.');
}

/** A wrong model in the settings is not the fault of an order that names none. */
function withModel(order: Order): Order {
  return { ...order, model: order.model ?? configuredModel(readSettings()) };
}
