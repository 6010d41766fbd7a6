import { ERROR_CODES, type ErrorCode } from '#lib/base/errors.ts';
import { failureCodeOf, type GenerateResult, isUnfinished, stateOf, type VideoMetadata } from '#lib/wanx/index.ts';
import { type Outcome, recordOf, showResult } from './make-video.ts';
import type { Context } from './options/command.ts';
import { EXIT } from './options/exit-codes.ts';
import { idsOf } from './views/output.ts';

/** Prints how a video ended that was unfinished when the command began, but no longer when its turn came. */
export async function showMeanwhile(context: Context, key: string): Promise<Pick<Outcome, 'key' | 'exitCode'>> {
  const record = await recordOf(key);
  if (record?.status !== 'ready') return showResult(context, key, failureOf(key, record));
  context.output.done(key, `${key}: meanwhile finished by another process`);
  return { key, exitCode: EXIT.ok };
}

function failureOf(key: string, record: VideoMetadata | undefined): GenerateResult {
  const taskId = record?.taskId;
  const ids = { ...idsOf(key), ...(taskId !== undefined && { taskId }) };
  return { success: false, retryable: false, ...reasonOf(key, record), ...ids };
}

function reasonOf(key: string, record: VideoMetadata | undefined): { code: ErrorCode; error: string } {
  if (!record) return { code: 'not-found', error: `The record of ${key} is missing or cannot be read.` };
  if (stateOf(record).kind === 'canceled') return { code: 'aborted', error: `${key} was cancelled in the meantime.` };
  if (isUnfinished(record)) return { code: 'busy', error: `Another process has ordered ${key} again in the meantime.` };
  const failure = failureCodeOf(record);
  const code = ERROR_CODES.find((one) => one === failure) ?? 'provider-failed';
  return { code, error: `It failed in another process: ${record.error ?? 'the record does not say why'}` };
}
