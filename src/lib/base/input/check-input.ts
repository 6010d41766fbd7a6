import { z } from 'zod';
import type { ErrorStage } from '#lib/base/errors.ts';
import { readSafely, UNREADABLE, wrongInput } from './wrong-input.ts';

/**
 * Checks input at run time, independently of its TypeScript type.
 * @param label names the value in the message; options of a call are named by their own names only
 * @throws ReelError `invalid-input` that names the field, the allowed values, and the value received
 */
export function checkInput<T>(schema: z.ZodType<T>, label: string, value: unknown, stage?: ErrorStage): T {
  const result = readSafely(() => schema.safeParse(value));
  if (result?.success) return result.data;
  const issue = result?.error.issues[0];
  const path = issue?.path ?? [];
  const field = [...(label === 'options' && path.length > 0 ? [] : [label]), ...path.map(String)].join('.');
  const problem = result === undefined ? UNREADABLE : (issue?.message ?? 'is not valid');
  throw wrongInput(
    field,
    problem,
    readSafely(() => valueAt(value, path)),
    stage,
  );
}

const isAboveZero = (value: unknown) => typeof value === 'number' && value > 0;

/** Schemas for the parts of options. Infinity is allowed for times and limits: it means none. */
export const input = {
  /** An options object: known fields are checked, others are ignored. */
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
  signal: z.instanceof(AbortSignal, { error: 'must be an AbortSignal' }),
  url: z.union([z.string(), z.instanceof(URL)], 'must be a URL, as text or URL object'),
  text: z.string('must be text'),
};

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
