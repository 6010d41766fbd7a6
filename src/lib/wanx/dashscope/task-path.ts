import { ReelError } from '#lib/base/errors.ts';

const LONGEST_ID = 512;

/**
 * The path of a task below `/api/v1`, for any id: a bought task must not be lost because of a dot or a slash.
 * @throws ReelError `invalid-input`; a task of that name may be billed even so
 */
export function taskPath(taskId: string): string {
  const isText = typeof taskId === 'string';
  if (isText && isUsable(taskId)) return `/tasks/${encodeURIComponent(taskId)}`;
  throw new ReelError(
    'invalid-input',
    `Invalid task id: it must be text of 1 to ${LONGEST_ID} characters. Copy it from the list of tasks.`,
    // Not the stage of the task, which would be taken for a failure of its own.
    { stage: 'configuring', billable: isText ? 'maybe' : 'no' },
  );
}

function isUsable(taskId: string): boolean {
  // A URL takes a dot or two for a place in the path, encoded or not; half a character cannot be encoded.
  return taskId.length <= LONGEST_ID && !/^\.{0,2}$/.test(taskId) && taskId.isWellFormed();
}
