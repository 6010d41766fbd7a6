import type { WanxTaskStatus } from '#lib/wanx/dashscope/task.ts';

const STATUSES = ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'UNKNOWN'] as const;
/** Other spellings of words that end a task: taken for unknown words they would be waited for until the result is gone. */
const SPELLINGS: Readonly<Record<string, WanxTaskStatus>> = {
  CANCELLED: 'CANCELED',
  SUCCESS: 'SUCCEEDED',
  SUCCEED: 'SUCCEEDED',
  COMPLETED: 'SUCCEEDED',
  COMPLETE: 'SUCCEEDED',
  FINISHED: 'SUCCEEDED',
  DONE: 'SUCCEEDED',
  FAILURE: 'FAILED',
  FAIL: 'FAILED',
};

/**
 * Meaning of a status in an answer, in any case and spelling. An unrecognized status, such as SUSPENDED, must neither
 * end the wait nor be taken for UNKNOWN, which means that the task no longer exists.
 */
export function statusOf(word: string): { status: WanxTaskStatus; unrecognisedStatus?: string } {
  const upper = word.trim().toUpperCase();
  const status = STATUSES.find((known) => known === upper) ?? SPELLINGS[upper];
  if (status !== undefined) return { status };
  return { status: 'RUNNING', unrecognisedStatus: word };
}
