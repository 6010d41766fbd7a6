import { statSync } from 'node:fs';
import { throwIfAborted } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { findTool, isProgram } from '#lib/base/process/guarded-program.server.ts';
import type { ToolEnvironment } from '#lib/base/process/tool-environment.ts';
import { runLines } from './run-lines.server.ts';
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

/** By path and the file's own time: another version may be installed while this process runs. */
const known = new Map<string, Promise<YtDlp>>();

/**
 * Finds yt-dlp and asks for its version, once for each file.
 * @throws ReelError `config` that says how to install it
 */
export async function findYtDlp(options: FindOptions): Promise<YtDlp> {
  const path = programPath(options.ytDlpPath, options.environment);
  const key = `${path} ${statSync(path).mtimeMs}`;
  // Several downloads may wait for the same answer, so that none of them may stop it.
  const asked = known.get(key) ?? askVersion(path, options.environment);
  known.set(key, asked);
  // One that failed, on a full machine perhaps, is asked again.
  asked.catch(() => known.delete(key));
  const found = await asked;
  throwIfAborted(options.signal);
  if (isSafeVersion(found.version) || options.allowOldYtDlp) return found;
  throw configError(
    `yt-dlp ${found.version} (${path}) is older than ${OLDEST_SAFE} and has known security faults. ${INSTALL}, or allow old ones (allowOldYtDlp).`,
  );
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

async function askVersion(path: string, environment: ToolEnvironment): Promise<YtDlp> {
  const version = versionIn(await outputOf(path, ['--ignore-config', '--version'], environment));
  if (version === undefined) throw configError(`The program ${path} does not say that it is yt-dlp. ${INSTALL}.`);
  if (isSafeVersion(version)) return { path, version, knows: () => true };
  const options = optionsIn(await outputOf(path, ['--ignore-config', '--help'], environment));
  return { path, version, knows: (option) => options.has(option) };
}

async function outputOf(path: string, args: string[], environment: ToolEnvironment): Promise<string> {
  const lines: string[] = [];
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(configError(`The program ${path} does not answer. ${INSTALL}.`)),
    LONGEST_MS,
  );
  try {
    await runLines(path, args, { environment, signal: limit.signal, onLine: (line) => lines.push(line) });
  } finally {
    clearTimeout(timer);
  }
  return lines.join('\n');
}

function configError(message: string): ReelError {
  return new ReelError('config', message, { stage: 'configuring' });
}
