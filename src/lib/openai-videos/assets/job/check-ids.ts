import { wrongInput } from '#lib/base/input/wrong-input.ts';

/**
 * Checks what a job is named by. An id stays exact in requests and records, so one that would change the path of a
 * request is refused; what only a file name cannot have is no reason.
 * @throws ReelError `invalid-input`
 */
export function checkIds(ids: { notionPageId: string; soraVideoId: string; batchId: string }): void {
  for (const [name, id] of Object.entries(ids)) {
    if (typeof id !== 'string' || id.trim() === '') throw wrongInput(name, 'must be text that is not empty', id);
    if (!id.isWellFormed()) throw wrongInput(name, 'must be valid Unicode', id);
    if (id.includes('/') || id.includes('..') || id.trim() === '.') {
      throw wrongInput(name, 'must not contain "/" or ".."', id);
    }
  }
}

const FIRST_TIME = new Date('0000-01-01T00:00:00.000Z');
const LAST_TIME = new Date('9999-12-31T23:59:59.999Z');

/** @throws ReelError `invalid-input` */
export function checkTime(completedAt: Date): void {
  // A record keeps no other years: seconds or milliseconds taken for the other unit may lead there.
  if (completedAt instanceof Date && completedAt >= FIRST_TIME && completedAt <= LAST_TIME) return;
  throw wrongInput('completedAt', 'must be a valid Date up to the year 9999', completedAt);
}
