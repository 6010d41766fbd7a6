import type { SubmitFunction } from '$app/forms';

/**
 * What `use:enhance` does by itself, but for one thing: a form that the server did not get, or failed at, stays on the page
 * with all that was typed, and `tell` says why.
 */
export function keepForm(tell: (problem: string) => void): SubmitFunction {
  return () =>
    async ({ result, update }) => {
      if (result.type !== 'error') return update();
      const { isServerAway, message } = result.error;
      tell(isServerAway ? 'The server is not responding. Try again when it does.' : message);
    };
}
