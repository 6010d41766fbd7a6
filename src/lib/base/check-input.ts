import { z } from 'zod';
import { type ErrorStage, ReelError } from './errors.ts';
import { redactText } from './redact.ts';

const MAX_SHOWN_CHARACTERS = 60;
/** Of these a message shows the type alone. */
const SECRET_FIELD = /key|token|secret|headers/i;

/**
 * Checks what came from outside, whatever TypeScript believed it to be.
 * @param label names the value in the message; the options of a call are named by their own names alone
 * @throws ReelError `invalid-input` that names the field, what is possible, and what came
 */
export function checkInput<T>(schema: z.ZodType<T>, label: string, value: unknown, stage?: ErrorStage): T {
  const result = readSafely(() => schema.safeParse(value));
  if (result?.success) return result.data;
  const issue = result?.error.issues[0];
  const path = issue?.path ?? [];
  const field = [...(label === 'options' && path.length > 0 ? [] : [label]), ...path.map(String)].join('.');
  const problem = result === undefined ? 'could not be read: give a plain object' : (issue?.message ?? 'is not valid');
  const found = readSafely(() => valueAt(value, path));
  const shown = SECRET_FIELD.test(field)
    ? typeof found
    : (readSafely(() => showValue(found)) ?? 'something unreadable');
  throw new ReelError('invalid-input', `${field} ${problem}; got ${shown}.`, { stage });
}

/** A property of a value that nobody has checked; undefined where it cannot be read, as with a getter that throws. */
export function readSafely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const isAboveZero = (value: unknown) => typeof value === 'number' && value > 0;

/** What options are made of. Infinity is a time and a limit like any other: none. */
export const input = {
  /** An options object: its fields are checked, others are let through. */
  options: <Shape extends z.ZodRawShape>(shape: Shape) => z.looseObject(shape, 'must be an object of options'),
  listener: z.custom<(...all: never[]) => unknown>((value) => typeof value === 'function', 'must be a function'),
  flag: z.boolean('must be true or false'),
  timeMs: z.custom<number>(isAboveZero, 'must be milliseconds, a number above 0'),
  atLeastZeroMs: z.custom<number>(
    (value) => isAboveZero(value) || value === 0,
    'must be milliseconds, a number of 0 or more',
  ),
  bytes: z.custom<number>(isAboveZero, 'must be a number of bytes above 0'),
  date: z.date('must be a valid Date'),
  signal: z.instanceof(AbortSignal, { message: 'must be an AbortSignal' }),
  url: z.union([z.string(), z.instanceof(URL)], 'must be a URL, as text or URL object'),
  text: z.string('must be text'),
};

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The value or its type, short and in one line: a message must survive a hostile name in a terminal or a log. */
function showValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  if (typeof value !== 'string') return typeof value === 'object' ? 'an object' : typeof value;
  const visible = [...redactText(value.slice(0, 10_000))].map((sign) => (/[\p{C}\p{Z}]/u.test(sign) ? ' ' : sign));
  const shown = visible.slice(0, MAX_SHOWN_CHARACTERS).join('');
  return `"${shown}${visible.length > MAX_SHOWN_CHARACTERS ? '…' : ''}" (${value.length} characters)`;
}
