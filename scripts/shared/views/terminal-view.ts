import { MultiBar, type SingleBar } from 'cli-progress';
import { printable } from './format.ts';
import type { ProgressView, ShownProgress } from './progress-view.ts';
import { stageText } from './stage-text.ts';

const WIDEST_BAR = 28;
const NARROWEST_BAR = 8;
const USUAL_LINES = 24;
const WIDEST_NAME = 36;
const CLEAR_TO_END_OF_LINE = '\u001b[K';

interface Row {
  bar: SingleBar;
  progress: ShownProgress;
  atMs: number;
}

/** One bar for each video under way, below the lines of those that are done. */
export class TerminalView implements ProgressView {
  readonly #stream: NodeJS.WriteStream;
  readonly #bars: MultiBar;
  readonly #rows = new Map<string, Row>();
  /** Includes finished videos, so that the columns do not move. */
  #longestName = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#bars = new MultiBar({
      stream,
      hideCursor: true,
      clearOnComplete: true,
      // A log line shifts the bars, so each is redrawn.
      forceRedraw: true,
      // Bars are cut at the right edge; log lines may wrap.
      linewrap: true,
      // It would end the process on Ctrl-C; the command stops cleanly instead.
      gracefulExit: false,
      format: (_options, _parameters, payload) => this.#line(String(payload.key)),
    });
  }

  progress(key: string, progress: ShownProgress): void {
    if (progress.stage === 'ready' || progress.stage === 'failed') return;
    const row = this.#rows.get(key);
    if (row) Object.assign(row, { progress, atMs: Date.now() });
    else if (this.#rows.size < this.#mostBars()) this.#open(key, progress);
  }

  done(key: string, line: string): void {
    this.log(line);
    const row = this.#rows.get(key);
    this.#rows.delete(key);
    if (row) this.#bars.remove(row.bar);
  }

  log(line: string): void {
    if (!this.#bars.isActive) {
      this.#stream.write(`${line}\n`);
      return;
    }
    // The previous content of this line may be longer.
    for (const part of line.split('\n')) this.#bars.log(`${part}${CLEAR_TO_END_OF_LINE}\n`);
  }

  close(): void {
    if (!this.#bars.isActive) return;
    this.#bars.update();
    this.#bars.stop();
  }

  /** More bars than lines would scroll and be redrawn below. Another video gets a bar when one is free. */
  #mostBars(): number {
    return Math.max(1, (this.#stream.rows ?? USUAL_LINES) - 2);
  }

  #open(key: string, progress: ShownProgress): void {
    const row = { progress, atMs: Date.now() };
    this.#longestName = Math.max(this.#longestName, key.length);
    // The first drawing happens inside `create`, and needs the row.
    const rows: Map<string, Omit<Row, 'bar'>> = this.#rows;
    rows.set(key, row);
    this.#rows.set(key, { ...row, bar: this.#bars.create(1, 0, { key }) });
  }

  #line(key: string): string {
    const row = this.#rows.get(key);
    if (!row) return '';
    const text = stageText(row.progress, Date.now() - row.atMs);
    return barLine(key, this.#longestName, row.progress, text, this.#stream.columns ?? 80);
  }
}

/** The line of one video: its name, a bar if the size is known and there is room, and its progress. */
export function barLine(
  key: string,
  longestName: number,
  progress: ShownProgress,
  text: string,
  columns: number,
): string {
  const nameWidth = Math.min(longestName, WIDEST_NAME, Math.max(12, Math.floor(columns * 0.4)));
  const name = (key.length > nameWidth ? `${key.slice(0, nameWidth - 1)}…` : key).padEnd(nameWidth);
  const room = Math.min(WIDEST_BAR, columns - nameWidth - text.length - 6);
  const measured = measure(progress);
  const bar = measured && measured.total > 0 && room >= NARROWEST_BAR ? `${drawBar(measured, room)}  ` : '';
  return printable(`${name}  ${bar}${text}`).slice(0, Math.max(0, columns - 1));
}

interface Measured {
  done: number;
  total: number;
}

/** How many of how many bytes, where it is known. */
function measure(progress: ShownProgress): Measured | undefined {
  if (progress.stage === 'writing') return { done: progress.bytesWritten, total: progress.bytesTotal };
  if (progress.stage === 'uploading') return { done: progress.bytesSent, total: progress.bytesTotal };
  if (progress.stage !== 'downloading' || progress.bytesTotal === undefined) return undefined;
  return { done: progress.bytesReceived, total: progress.bytesTotal };
}

function drawBar({ done, total }: Measured, width: number): string {
  const full = Math.round(Math.min(1, done / total) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
