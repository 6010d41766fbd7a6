import type { ErrorStage } from '#lib/base/errors.ts';
import { readSafely, UNREADABLE, wrongInput } from './wrong-input.ts';

/** What a value must be, and how a message says so. */
export interface Rule {
  holds(value: unknown): boolean;
  /** Follows the field's name: "must be …". */
  text: string;
}

const isAboveZero = (value: unknown) => typeof value === 'number' && value > 0;

/** What options are made of. Infinity is a time and a limit like any other: none. */
export const rules = {
  listener: { holds: (value) => typeof value === 'function', text: 'must be a function' },
  flag: { holds: (value) => typeof value === 'boolean', text: 'must be true or false' },
  timeMs: { holds: isAboveZero, text: 'must be milliseconds, a number above 0' },
  atLeastZeroMs: {
    holds: (value) => isAboveZero(value) || value === 0,
    text: 'must be milliseconds, a number of 0 or more',
  },
  bytes: { holds: isAboveZero, text: 'must be a number of bytes above 0' },
  date: {
    holds: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
    text: 'must be a valid Date',
  },
  signal: { holds: (value) => value instanceof AbortSignal, text: 'must be an AbortSignal' },
  url: {
    holds: (value) => typeof value === 'string' || value instanceof URL,
    text: 'must be a URL, as text or URL object',
  },
  text: { holds: (value) => typeof value === 'string', text: 'must be text' },
} satisfies Record<string, Rule>;

/** The rule of a text that must match a pattern. */
export function textLike(pattern: RegExp, text: string): Rule {
  return { holds: (value) => typeof value === 'string' && pattern.test(value), text };
}

/** @throws ReelError `invalid-input` when the value breaks the rule */
export function checkValue(rule: Rule, name: string, value: unknown, stage?: ErrorStage): void {
  if (!rule.holds(value)) throw wrongInput(name, rule.text, value, stage);
}

export interface FieldsOfObject {
  /** How messages name the object itself; fields of `options` go by their own names alone. */
  label: string;
  /** "must be …", for a value that is no object. */
  text: string;
  required?: Readonly<Record<string, Rule>>;
  /** May be left out. */
  optional: Readonly<Record<string, Rule>>;
}

/**
 * Checks the fields of an object from outside, whatever TypeScript believed it to be; others are let through. By hand, not
 * with zod, for the capture: loading zod takes longer than all that a capture of some megabytes does besides.
 * @throws ReelError `invalid-input` that names the field, what is possible, and what came
 */
export function checkFields(object: FieldsOfObject, value: unknown, stage?: ErrorStage): void {
  const { label, required = {}, optional } = object;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongInput(label, object.text, value, stage);
  }
  for (const [name, rule] of Object.entries({ ...required, ...optional })) {
    const field = readSafely<{ value: unknown }>(() => ({ value: Reflect.get(value, name) }));
    if (!field) throw wrongInput(label, UNREADABLE, value, stage);
    const mayBeAbsent = field.value === undefined && Object.hasOwn(optional, name);
    if (!mayBeAbsent) checkValue(rule, label === 'options' ? name : `${label}.${name}`, field.value, stage);
  }
}
