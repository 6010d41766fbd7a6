import { isReelError } from '#lib/base/errors.ts';
import { LogOnce } from './log-once.ts';
import { isProblemError, problemOf, refusalOf } from './problem.ts';
import type { ServerLog } from './server-log.server.ts';

/**
 * Turns every failure of the work behind an address into `application/problem+json`, and logs the unexpected ones. A
 * repeated failure is logged once, since pages retry every two seconds while something is broken.
 */
export function answering(log: () => ServerLog) {
  const failures = new LogOnce();
  return async (answer: () => Response | Promise<Response>, requestId?: string): Promise<Response> => {
    try {
      const response = await answer();
      failures.end();
      return response;
    } catch (error) {
      if (!isProblemError(error) && !refusalOf(error)) {
        const level = failures.isFirst(error) ? (isReelError(error) ? 'warn' : 'error') : 'debug';
        log()[level]({ err: error, requestId }, 'request failed');
      }
      return problemOf(error, { requestId });
    }
  };
}
