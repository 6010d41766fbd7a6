import { ERROR_CODES, type ErrorCode } from '#lib/base/errors.ts';
import { failureCodeOf, type GenerateResult, isUnfinished, stateOf, type VideoMetadata } from '#lib/wanx/index.ts';
import { type Outcome, recordOf, tellResult } from './make-video.ts';
import type { Context } from './options/command.ts';
import { EXIT } from './options/exit-codes.ts';
import { idsOf } from './views/output.ts';

/** How a video ended that was unfinished when the command began, and was not when its turn came. */
export function tellMeanwhile(context: Context, key: string): Pick<Outcome, 'key' | 'exitCode'> {
  const record = recordOf(key);
  if (record?.status !== 'ready') return tellResult(context, key, failureOf(key, record));
  context.output.done(key, `${key}: finished meanwhile by another process`);
  return { key, exitCode: EXIT.ok };
}

function failureOf(key: string, record: VideoMetadata | undefined): GenerateResult {
  const taskId = record?.taskId;
  const ids = { ...idsOf(key), ...(taskId !== undefined && { taskId }) };
  return { success: false, retryable: false, ...reasonOf(key, record), ...ids };
}

function reasonOf(key: string, record: VideoMetadata | undefined): { code: ErrorCode; error: string } {
  if (!record) return { code: 'not-found', error: `The record of ${key} is gone, or cannot be read.` };
  if (stateOf(record).kind === 'canceled') return { code: 'aborted', error: `${key} was cancelled meanwhile.` };
  if (isUnfinished(record)) return { code: 'busy', error: `${key} was asked for anew meanwhile by another process.` };
  const failure = failureCodeOf(record);
  const code = ERROR_CODES.find((one) => one === failure) ?? 'provider-failed';
  return { code, error: `It failed meanwhile in another process: ${record.error ?? 'the record does not say why'}` };
}
