import type { ReelError } from '#lib/base/errors.ts';
import type { NotSaved } from './types.ts';

/** For what fails before anything is saved: the page still has the bytes. */
export function notSaved({ message, code, retryable }: ReelError): NotSaved {
  return { success: false, error: message, code, retryable, fallback: 'blob' };
}
