import type { Later } from './live-client.ts';

export type SightEvent = 'visibilitychange' | 'pagehide' | 'pageshow';

/** The part of a document, and of its window, that is used here. */
export interface Sight {
  readonly visibilityState: DocumentVisibilityState;
  addEventListener(type: SightEvent, listener: () => void): void;
  removeEventListener(type: SightEvent, listener: () => void): void;
}

/** Long enough to look something up in another tab and come back to a page that is up to date. */
export const LET_GO_AFTER_MS = 30_000;

/**
 * Does something while a page can be seen, so not at all in a tab that was opened in the background until it is looked at.
 * A browser opens six connections to one server, over all its tabs: pages that listen unseen would in the end keep the one
 * that is looked at from loading anything.
 * @param start begins it, and gives back how to end it
 * @returns how to end all of it
 */
export function whileSeen(start: () => () => void, sight: Sight, later: Later): () => void {
  let stop: (() => void) | undefined;
  let keep: (() => void) | undefined;
  const look = () => {
    keep?.();
    keep = undefined;
    if (sight.visibilityState === 'visible') stop ??= start();
    else if (stop) keep = later(letGo, LET_GO_AFTER_MS);
  };
  const letGo = () => {
    keep?.();
    keep = undefined;
    stop?.();
    stop = undefined;
  };
  sight.addEventListener('visibilitychange', look);
  // At once: a page that is left can still say so. A browser may keep it, and show it again as it was.
  sight.addEventListener('pagehide', letGo);
  sight.addEventListener('pageshow', look);
  look();
  return () => {
    sight.removeEventListener('visibilitychange', look);
    sight.removeEventListener('pagehide', letGo);
    sight.removeEventListener('pageshow', look);
    letGo();
  };
}
