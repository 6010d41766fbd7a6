import { ReelError } from '#lib/base/errors.ts';
import type { Extra, WanModel } from './traits.ts';

const MOST_SHOWN = 80;

/** Every refusal of a request by the model table: nothing was sent, nothing was spent. */
export function refuse(what: string): ReelError {
  return new ReelError('invalid-input', what, { stage: 'submitting' });
}

/** A value as it may stand in a message. */
export function shown(value: unknown): string {
  // An object may not even have a text.
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'of a list' : 'of an object';
  const text = typeof value === 'string' ? `"${value}"` : String(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

export function oneOf<Value extends string>(
  option: string,
  value: Value,
  allowed: readonly Value[],
  model: WanModel,
): Value {
  if (allowed.includes(value)) return value;
  throw refuse(`${option} ${shown(value)} is not supported by ${model.id}. Allowed: ${allowed.join(', ')}.`);
}

/** Whether the model has the option at all; one that is given to a model without it is refused. */
export function takes(model: WanModel, option: Extra, given: unknown): boolean {
  if (model.extras.includes(option)) return true;
  if (given === undefined) return false;
  throw refuse(`${option} ${shown(given)} is not supported by ${model.id}. Leave it out.`);
}
