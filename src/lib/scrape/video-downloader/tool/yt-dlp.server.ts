import { statSync } from 'node:fs';
import { ReelError } from '#lib/base/errors.ts';
import { findTool, isProgram } from '#lib/base/process/guarded-program.server.ts';
import type { ToolEnvironment } from '#lib/base/process/tool-environment.ts';
import { type RunLimits, runLines, stopError } from './run-lines.server.ts';
import { isSafeVersion, OLDEST_SAFE, optionsIn, versionIn } from './version.ts';

export interface YtDlp {
  path: string;
  version: string;
  knows(option: string): boolean;
}

export interface FindOptions {
  environment: ToolEnvironment;
  signal: AbortSignal;
  ytDlpPath?: string | undefined;
  allowOldYtDlp?: boolean | undefined;
}

/** On a busy machine Python takes its time. */
const LONGEST_MS = 60_000;
const INSTALL =
  'Install a current one (`pipx install "yt-dlp[default]"`, `brew install yt-dlp`, or your system’s package)';

/** Several downloads may wait for the same answer. */
interface Probe {
  answer: Promise<YtDlp>;
  waiting: number;
  stop: AbortController;
}

/** By path and the file's own time: another version may be installed while this process runs. */
const known = new Map<string, Probe>();

/**
 * Finds yt-dlp and asks for its version, once for each file.
 * @throws ReelError `config` that says how to install it; as the signal says
 */
export async function findYtDlp(options: FindOptions): Promise<YtDlp> {
  const path = programPath(options.ytDlpPath, options.environment);
  const key = `${path} ${statSync(path).mtimeMs}`;
  if (options.signal.aborted) throw stopError(options.signal);
  const probe = known.get(key) ?? startProbe(path, options.environment);
  known.set(key, probe);
  const found = await answerOf(probe, key, options.signal);
  if (isSafeVersion(found.version) || options.allowOldYtDlp) return found;
  throw configError(
    `yt-dlp ${found.version} (${path}) is older than ${OLDEST_SAFE} and has known security faults. ${INSTALL}, or allow old ones (allowOldYtDlp).`,
  );
}

function startProbe(path: string, environment: ToolEnvironment): Probe {
  const stop = new AbortController();
  const answer = askVersion(path, { environment, signal: stop.signal });
  answer.catch(() => {});
  return { answer, waiting: 0, stop };
}

/** Whoever leaves last without an answer ends the probe. One that failed, on a full machine perhaps, is made again. */
async function answerOf(probe: Probe, key: string, signal: AbortSignal): Promise<YtDlp> {
  probe.waiting += 1;
  try {
    return await untilAborted(probe.answer, signal);
  } catch (error) {
    if (probe.waiting === 1) {
      known.delete(key);
      probe.stop.abort();
    }
    throw error;
  } finally {
    probe.waiting -= 1;
  }
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(stopError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function programPath(given: string | undefined, environment: ToolEnvironment): string {
  if (given === undefined || !/[\\/]/.test(given)) {
    const found = findTool(given ?? 'yt-dlp', environment);
    if (found !== undefined) return found;
    throw configError(`There is no ${given ?? 'yt-dlp'} on PATH. ${INSTALL}, or set YT_DLP_PATH to its program.`);
  }
  if (isProgram(given)) return given;
  throw configError(
    `There is no program at ${given}, where YT_DLP_PATH says that yt-dlp is. ${INSTALL}, or correct it.`,
  );
}

async function askVersion(path: string, limits: RunLimits): Promise<YtDlp> {
  const version = versionIn(await outputOf(path, ['--ignore-config', '--version'], limits));
  if (version === undefined) throw configError(`The program ${path} does not say that it is yt-dlp. ${INSTALL}.`);
  if (isSafeVersion(version)) return { path, version, knows: () => true };
  const options = optionsIn(await outputOf(path, ['--ignore-config', '--help'], limits));
  return { path, version, knows: (option) => options.has(option) };
}

async function outputOf(path: string, args: string[], { environment, signal }: RunLimits): Promise<string> {
  const lines: string[] = [];
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(configError(`The program ${path} does not answer. ${INSTALL}.`)),
    LONGEST_MS,
  );
  try {
    const either = AbortSignal.any([limit.signal, signal]);
    await runLines(path, args, { environment, signal: either, onLine: (line) => lines.push(line) });
  } finally {
    clearTimeout(timer);
  }
  return lines.join('\n');
}

function configError(message: string): ReelError {
  return new ReelError('config', message, { stage: 'configuring' });
}
