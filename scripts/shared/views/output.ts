import { styleText } from 'node:util';
import { printable } from './format.ts';
import { PlainView } from './plain-view.ts';
import type { ProgressView, ShownProgress } from './progress-view.ts';
import { TerminalView } from './terminal-view.ts';

export type OutputMode = 'terminal' | 'plain' | 'json';
type Style = 'bold' | 'red' | 'dim';

/**
 * Bars need a terminal that can move its cursor and reports its width: `TERM=dumb` (Emacs, some CI logs) cannot, and some
 * pseudo-terminals report 0 columns.
 */
export function outputMode(
  json: boolean | undefined,
  stream: { isTTY?: boolean | undefined; columns?: number | undefined },
  term: string | undefined,
): OutputMode {
  if (json) return 'json';
  return stream.isTTY && stream.columns !== 0 && term !== 'dumb' ? 'terminal' : 'plain';
}

/** All output of a command. Text for people and JSON for programs never mix on standard output. */
export class Output {
  readonly mode: OutputMode;
  /** Included in every JSON line, so that sandbox output is not mistaken for the real thing. */
  readonly isSandbox: boolean;
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  #view: ProgressView | undefined;

  constructor(options: { json?: boolean | undefined; isSandbox: boolean }) {
    this.#stdout = process.stdout;
    this.#stderr = process.stderr;
    this.isSandbox = options.isSandbox;
    this.mode = outputMode(options.json, this.#stdout, process.env.TERM);
  }

  /** Text for people, on standard output; omitted with --json. */
  say(text = '', style?: Style): void {
    if (this.mode === 'json') return;
    const shown = this.#styled(style, printable(text));
    if (this.#view) this.#view.log(shown);
    else this.#stdout.write(`${shown}\n`);
  }

  /** One JSON line for programs; only with --json. */
  event(type: string, fields: object): void {
    if (this.mode !== 'json') return;
    this.#stdout.write(`${JSON.stringify({ type, ...(this.isSandbox && { sandbox: true }), ...fields })}\n`);
  }

  /** What went wrong and what to do, on standard error, in every mode. */
  error(text: string): void {
    const shown = printable(text);
    // Written directly, the line would break the bars on the same screen.
    if (this.#view && this.mode === 'terminal') this.#view.log(this.#styled('red', shown));
    else this.#stderr.write(`${shown}\n`);
  }

  /** @param ids identify the work in JSON; default: those of the video's key */
  progress(key: string, progress: ShownProgress, ids: object = idsOf(key)): void {
    this.#view ??= this.#openView();
    this.#view?.progress(key, progress);
    this.event('progress', { ...ids, ...progress });
  }

  /** Prints how a video ended, in place of its bar. */
  done(key: string, line: string, style?: Style): void {
    if (this.mode === 'json') return;
    if (this.#view) this.#view.done(key, this.#styled(style, printable(line)));
    else this.say(line, style);
  }

  /** Prints on standard error how a video failed; on a terminal in place of its bar. */
  failed(key: string, line: string): void {
    if (this.#view && this.mode === 'terminal') this.#view.done(key, this.#styled('red', printable(line)));
    else this.#stderr.write(`${printable(line)}\n`);
  }

  /** Ends the bars; later output is printed below them. */
  closeView(): void {
    this.#view?.close();
    this.#view = undefined;
  }

  get columns(): number | undefined {
    return this.mode === 'terminal' ? this.#stdout.columns : undefined;
  }

  /** Colours only on a terminal, and never with NO_COLOR. */
  #styled(style: Style | undefined, text: string): string {
    return style && this.mode === 'terminal' ? styleText(style, text, { stream: this.#stdout }) : text;
  }

  #openView(): ProgressView | undefined {
    if (this.mode === 'json') return undefined;
    if (this.mode === 'terminal') return new TerminalView(this.#stdout);
    return new PlainView((line) => this.#stdout.write(`${printable(line)}\n`));
  }
}

/** The key of a video in its two parts. */
export function idsOf(key: string): { spotId: string; eraId: string } {
  const [spotId = '', eraId = ''] = key.split('/');
  return { spotId, eraId };
}
