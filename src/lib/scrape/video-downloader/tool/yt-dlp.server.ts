import { statSync } from 'node:fs';
import { ReelError } from '#lib/base/errors.ts';
import { findTool, isProgram, type ToolEnvironment } from '#lib/base/process/guarded-program.server.ts';
import { type RunLimits, runLines } from './run-lines.server.ts';
import { isSafeVersion, OLDEST_SAFE, optionsIn, versionIn } from './version.ts';

export interface YtDlp {
  path: string;
  version: string;
  knows(option: string): boolean;
}

export interface FindOptions extends RunLimits {
  ytDlpPath?: string | undefined;
  allowOldYtDlp?: boolean | undefined;
}

const INSTALL = 'Install a current one (`pipx install yt-dlp`, `brew install yt-dlp`, or your system’s package)';

/** By path and the file's own time: another version may be installed while this process runs. */
const known = new Map<string, Promise<YtDlp>>();

/**
 * Finds yt-dlp and asks for its version, once for each file.
 * @throws ReelError `config` that says how to install it
 */
export async function findYtDlp(options: FindOptions): Promise<YtDlp> {
  const path = programPath(options.ytDlpPath, options.environment);
  const key = `${path} ${statSync(path).mtimeMs}`;
  const asked = known.get(key) ?? askVersion(path, options);
  known.set(key, asked);
  // One that was stopped, or failed on a full machine, is asked again.
  asked.catch(() => known.delete(key));
  const found = await asked;
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

async function askVersion(path: string, limits: RunLimits): Promise<YtDlp> {
  const version = versionIn(await outputOf(path, ['--ignore-config', '--version'], limits));
  if (version === undefined) throw configError(`The program ${path} does not say that it is yt-dlp. ${INSTALL}.`);
  if (isSafeVersion(version)) return { path, version, knows: () => true };
  const options = optionsIn(await outputOf(path, ['--ignore-config', '--help'], limits));
  return { path, version, knows: (option) => options.has(option) };
}

async function outputOf(path: string, args: string[], limits: RunLimits): Promise<string> {
  const lines: string[] = [];
  await runLines(path, args, { ...limits, onLine: (line) => lines.push(line) });
  return lines.join('\n');
}

function configError(message: string): ReelError {
  return new ReelError('config', message, { stage: 'configuring' });
}
