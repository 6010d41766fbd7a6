import type { Dispatcher } from 'undici';
import { ReelError } from '#lib/base/errors.ts';
import type { HttpDispatcher } from './http-dispatcher.ts';

/** @throws ReelError `invalid-input` for what is no dispatcher of undici */
export function undiciDispatcher(dispatcher: HttpDispatcher | undefined): Dispatcher | undefined {
  if (dispatcher === undefined || isDispatcher(dispatcher)) return dispatcher;
  throw new ReelError('invalid-input', 'dispatcher must be a Dispatcher of undici, an Agent for example.');
}

function isDispatcher(value: HttpDispatcher): value is Dispatcher {
  return [value.dispatch, value.request].every((method) => typeof method === 'function');
}
