import { isReelError } from '#lib/media/index.ts';
import { serverLog } from '#lib/web/http/log.server.ts';
import { ProblemError } from '#lib/web/http/problem.ts';

const USUAL: ReadonlySet<string> = new Set(['invalid-input', 'not-found', 'busy', 'aborted']);

/**
 * Runs work for someone who may manage this server, and so may read what went wrong in full, with the paths of this machine.
 * @throws ProblemError for every failure of the library
 */
export async function forManagers<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isReelError(error)) throw error;
    serverLog()[USUAL.has(error.code) ? 'debug' : 'warn']({ err: error }, 'media request failed');
    throw new ProblemError(error.code, error.message, { retryable: error.retryable });
  }
}
