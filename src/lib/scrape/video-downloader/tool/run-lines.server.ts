import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { abortError } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { killGuarded, startGuarded } from '#lib/base/process/guarded-program.server.ts';
import type { ToolEnvironment } from '#lib/base/process/tool-environment.ts';

export interface RunLimits {
  environment: ToolEnvironment;
  /** Kills the program, with all that it has started. */
  signal: AbortSignal;
}

export interface RunOptions extends RunLimits {
  /** Of standard output. What it throws ends the program, and is thrown. */
  onLine(line: string): void;
}

export interface Ended {
  /** The end of standard error. */
  errors: string;
  /** Null: killed. */
  exitCode: number | null;
}

const KEPT_ERRORS = 65_536;

/**
 * Runs a program to its end and gives its output line by line. It has ended, with all that it has started, when this settles.
 * @throws ReelError `aborted` or `timeout` as the signal says, `config` when it cannot be started; what `onLine` throws
 */
export async function runLines(path: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const { environment, signal, onLine } = options;
  if (signal.aborted) throw stopError(signal);
  const child = startGuarded(path, args, environment);
  let problem: unknown;
  const stop = (why: unknown) => {
    problem ??= why;
    killGuarded(child);
  };
  const onAbort = () => stop(stopError(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  const errors = lastOf(child.stderr);
  createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    try {
      if (problem === undefined) onLine(line);
    } catch (error) {
      stop(error);
    }
  });
  const exitCode = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      stop(
        new ReelError('config', `${path} cannot be started: ${error.message}.`, { stage: 'configuring', cause: error }),
      );
      if (child.pid === undefined) resolve(null);
    });
    child.once('close', resolve);
  });
  signal.removeEventListener('abort', onAbort);
  child.stdin.destroy();
  if (problem !== undefined) throw problem;
  return { errors: errors(), exitCode };
}

/** The reason of the signal when it is an error of ours: `timeout` in place of `aborted`. */
export function stopError(signal: AbortSignal): unknown {
  return signal.reason instanceof ReelError ? signal.reason : abortError(signal);
}

function lastOf(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (more: string) => {
    text = (text + more).slice(-KEPT_ERRORS);
  });
  return () => text;
}
