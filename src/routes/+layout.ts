import { browser } from '$app/env';
import type { LayoutLoad } from './$types';

let isStarted = false;

/**
 * Lets the browser draw and answer between loading the scripts of the first page and taking the page over: in one piece, the
 * two would keep it from reacting for the sum of both.
 */
export const load: LayoutLoad = async ({ data }) => {
  if (browser && !isStarted) {
    isStarted = true;
    await new Promise((done) => setTimeout(done));
  }
  return data;
};
