import type { ErrorCode } from '#lib/base/errors.ts';
import type { Context } from '../options/command.ts';
import { EXIT, exitCodeOf } from '../options/exit-codes.ts';
import { formatDeadline } from '../views/format.ts';
import type { Ending } from './resumable.ts';

export interface Failure {
  key: string;
  /** What of the job stands in the JSON output. */
  ids: object;
  result: { success: false; code: ErrorCode; error: string };
  /** Whether the same command can still finish it. */
  resumable: boolean;
  /** End of the link, where the record has one. */
  expiresAt: string | undefined;
}

/** Reports that a job was not finished this time, and how to go on. */
export function showFailure(
  { output, isInterrupted, npmRun }: Context,
  { key, ids, result, resumable, expiresAt }: Failure,
): Ending {
  output.event('result', { ...ids, resumable, ...result });
  const exitCode = isInterrupted() ? EXIT.interrupted : exitCodeOf(result.code, resumable);
  const deadline = formatDeadline(expiresAt, Date.now());
  const way = `\n  Nothing is lost${deadline === undefined ? '' : `; ${deadline}`}. To finish it: ${npmRun('resume')}`;
  if (exitCode === EXIT.interrupted) output.done(key, `${key}: stopped`);
  else output.failed(key, `${key}: ${result.error}${resumable ? way : ''}`);
  return { key, exitCode };
}
