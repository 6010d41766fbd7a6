import { z } from 'zod';
import type { ErrorStage } from '#lib/base/errors.ts';
import { type Rule, rules } from './check-fields.ts';
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

const custom = <T>({ holds, text }: Rule) => z.custom<T>(holds, text);

/** What options are made of, as zod schemas. */
export const input = {
  /** An options object: its fields are checked, others are let through. */
  options: <Shape extends z.ZodRawShape>(shape: Shape) => z.looseObject(shape, 'must be an object of options'),
  listener: custom<(...all: never[]) => unknown>(rules.listener),
  flag: custom<boolean>(rules.flag),
  timeMs: custom<number>(rules.timeMs),
  atLeastZeroMs: custom<number>(rules.atLeastZeroMs),
  bytes: custom<number>(rules.bytes),
  date: custom<Date>(rules.date),
  signal: custom<AbortSignal>(rules.signal),
  text: custom<string>(rules.text),
};

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
