import type { HandleClientError } from '@sveltejs/kit/hooks';
import { isUnanswered } from '#lib/components/live/server-away.ts';

/** Errors in the browser. A server that does not respond is reported differently from a fault of the page. */
export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind !== 'unknown') return;
  if (isUnanswered(error)) {
    const message = 'This page could not be loaded. Orders under way continue.';
    return { message, isServerAway: true };
  }
  reportError(error);
  return { message: 'Something went wrong on this page. Reloading it may help. Orders under way continue.' };
};
