import type { HandleClientError } from '@sveltejs/kit/hooks';
import { isUnanswered } from '#lib/components/live/server-away.ts';

/** What goes wrong in a browser: a server that does not answer is no fault of the page, and is told apart from one. */
export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind !== 'unknown') return;
  if (isUnanswered(error)) {
    const message = 'This page could not be fetched. What was ordered goes on.';
    return { message, isServerAway: true };
  }
  reportError(error);
  return { message: 'This page has a fault. To load it again may help; what was ordered goes on.' };
};
