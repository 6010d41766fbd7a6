import type { Clock } from '#lib/base/clock.ts';
import type { CaptureProgress, ProgressListener } from '#lib/capture/options/progress.ts';

/** At most ten reports a second. */
const INTERVAL_MS = 100;
/** How far back the speed looks. */
const WINDOW_MS = 5000;

/** Turns byte counts, reported as often as one likes, into few progress reports. */
export class ProgressMeter {
  readonly #report: ProgressListener;
  readonly #clock: Pick<Clock, 'now'>;
  #samples: Array<{ atMs: number; bytes: number }> = [];
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(report: ProgressListener, clock: Pick<Clock, 'now'>) {
    this.#report = report;
    this.#clock = clock;
  }

  /** A new attempt begins at `position`: the jump is not speed. */
  begin(position: number): void {
    this.#samples = [{ atMs: this.#clock.now(), bytes: position }];
  }

  update(position: number, totalBytes: number | undefined): void {
    const nowMs = this.#clock.now();
    if (nowMs - this.#lastMs >= INTERVAL_MS) this.#emit(nowMs, position, totalBytes);
  }

  /** The last report of a download, whenever the one before was. */
  finish(position: number, totalBytes: number | undefined): void {
    this.#emit(this.#clock.now(), position, totalBytes);
  }

  #emit(nowMs: number, position: number, totalBytes: number | undefined): void {
    this.#lastMs = nowMs;
    const bytesPerSecond = this.#speed(nowMs, position);
    const progress: CaptureProgress = { stage: 'downloading', bytesReceived: position, bytesPerSecond };
    if (totalBytes !== undefined) {
      progress.bytesTotal = totalBytes;
      if (bytesPerSecond > 0) progress.etaSeconds = Math.max(0, Math.ceil((totalBytes - position) / bytesPerSecond));
    }
    this.#report(progress);
  }

  #speed(nowMs: number, position: number): number {
    this.#samples.push({ atMs: nowMs, bytes: position });
    while (this.#samples.length > 2 && nowMs - (this.#samples[0]?.atMs ?? nowMs) > WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    if (!first || nowMs <= first.atMs) return 0;
    return Math.max(0, Math.round(((position - first.bytes) * 1000) / (nowMs - first.atMs)));
  }
}
