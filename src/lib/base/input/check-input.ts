import { z } from 'zod';
import type { ErrorStage } from '#lib/base/errors.ts';
import { readSafely, UNREADABLE, wrongInput } from './wrong-input.ts';

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
  const problem = result === undefined ? UNREADABLE : (issue?.message ?? 'is not valid');
  throw wrongInput(
    field,
    problem,
    readSafely(() => valueAt(value, path)),
    stage,
  );
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
