import type { SubmitFunction } from '$app/forms';

/**
 * The default of `use:enhance`, except that a form that did not reach the server, or failed there, stays on the page with
 * everything typed, and `report` is called with the reason.
 */
export function keepForm(report: (problem: string) => void): SubmitFunction {
  return () =>
    async ({ result, update }) => {
      if (result.type !== 'error') return update();
      const { isServerAway, message } = result.error;
      report(isServerAway ? 'The server is not responding. Try again when it is back.' : message);
    };
}
