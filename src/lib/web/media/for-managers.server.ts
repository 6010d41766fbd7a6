import { isReelError } from '#lib/media/index.ts';
import { serverLog } from '#lib/web/http/log.server.ts';
import { ProblemError } from '#lib/web/http/problem.ts';

/**
 * Runs work for someone who may manage this server, and so may read what went wrong in full, with the paths of this machine.
 * @throws ProblemError for every failure of the library
 */
export async function forManagers<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isReelError(error)) throw error;
    const isUsual = error.code === 'invalid-input' || error.code === 'not-found' || error.code === 'busy';
    serverLog()[isUsual ? 'debug' : 'warn']({ err: error }, 'media request failed');
    throw new ProblemError(error.code, error.message, { retryable: error.retryable });
  }
}
