import { type ErrorStage, ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';

const MAX_SHOWN_CHARACTERS = 60;
/** For these, a message shows only the type. */
const SECRET_FIELD = /key|token|secret|headers|proxy/i;

export const UNREADABLE = 'could not be read: give a plain object';

/**
 * The error for invalid input.
 * @param problem follows the field's name: "must be …"
 */
export function wrongInput(field: string, problem: string, found: unknown, stage?: ErrorStage): ReelError {
  const shown = SECRET_FIELD.test(field)
    ? typeof found
    : (readSafely(() => showValue(found)) ?? 'something unreadable');
  return new ReelError('invalid-input', `${field} ${problem}; got ${shown}.`, { stage });
}

/** A property of an unchecked value; undefined if it cannot be read, for example because a getter throws. */
export function readSafely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The value or its type, short and on one line: a hostile name must be harmless in a terminal or a log. */
function showValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  if (typeof value !== 'string') return typeof value === 'object' ? 'an object' : typeof value;
  const visible = [...redactText(value.slice(0, 10_000))].map((sign) => (/[\p{C}\p{Z}]/u.test(sign) ? ' ' : sign));
  const shown = visible.slice(0, MAX_SHOWN_CHARACTERS).join('');
  return `"${shown}${visible.length > MAX_SHOWN_CHARACTERS ? '…' : ''}" (${value.length} characters)`;
}
