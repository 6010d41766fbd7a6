import type { GenerateProgress } from '#lib/wanx/index.ts';

/** Shows videos on their way: bars on a terminal, lines elsewhere, nothing with --json. */
export interface ProgressView {
  progress(key: string, progress: GenerateProgress): void;
  /** Ends the bar of the video; `line` stays on the screen. */
  done(key: string, line: string): void;
  /** A line that does not belong to a bar. */
  log(line: string): void;
  /** Leaves the terminal as it was. May be called twice. */
  close(): void;
}
