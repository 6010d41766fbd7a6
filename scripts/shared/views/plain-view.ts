import type { ProgressView, ShownProgress } from './progress-view.ts';
import { stageText } from './stage-text.ts';

const SAME_STAGE_EVERY_MS = 5000;

/** A line for every change of stage, and one every few seconds within a stage: suitable for a log file. */
export class PlainView implements ProgressView {
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  readonly #last = new Map<string, { stage: string; atMs: number }>();

  constructor(write: (line: string) => void, now: () => number = Date.now) {
    this.#write = write;
    this.#now = now;
  }

  progress(key: string, progress: ShownProgress): void {
    const { stage } = progress;
    // The caller prints the result with all details.
    if (stage === 'ready' || stage === 'failed') return;
    const last = this.#last.get(key);
    const atMs = this.#now();
    if (last?.stage === stage && atMs - last.atMs < SAME_STAGE_EVERY_MS) return;
    this.#last.set(key, { stage, atMs });
    this.#write(`${key}: ${stageText(progress)}`);
  }

  done(_key: string, line: string): void {
    this.#write(line);
  }

  log(line: string): void {
    this.#write(line);
  }

  close(): void {}
}
