import type { ScrapeProgress } from '#lib/scrape/index.ts';
import type { GenerateProgress } from '#lib/wanx/index.ts';

/** Of a file that is copied or put together here. */
export interface WritingProgress {
  stage: 'writing';
  bytesWritten: number;
  bytesTotal: number;
}

/** Of a film that is made, or downloaded, or of a file that is written. */
export type ShownProgress = GenerateProgress | ScrapeProgress | WritingProgress;

/** Shows videos in progress: bars on a terminal, lines elsewhere, nothing with --json. */
export interface ProgressView {
  progress(key: string, progress: ShownProgress): void;
  /** Replaces the bar of the video by `line`. */
  done(key: string, line: string): void;
  /** Prints a line that does not belong to a bar. */
  log(line: string): void;
  /** Restores the terminal. May be called twice. */
  close(): void;
}
