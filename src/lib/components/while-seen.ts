/** The part of a document that is used here. */
export interface Sight {
  readonly visibilityState: DocumentVisibilityState;
  addEventListener(type: 'visibilitychange', listener: () => void): void;
  removeEventListener(type: 'visibilitychange', listener: () => void): void;
}

/** Long enough to look something up in another tab and come back to a page that is up to date. */
export const LET_GO_AFTER_MS = 30_000;

/**
 * Does something while a page can be seen. A browser opens six connections to one server, over all its tabs: pages that
 * listen unseen would in the end keep the one that is looked at from loading anything.
 * @param start begins it, and gives back how to end it
 * @returns how to end all of it
 */
export function whileSeen(
  start: () => () => void,
  sight: Sight,
  later: (action: () => void, delayMs: number) => () => void,
): () => void {
  let stop: (() => void) | undefined = start();
  let keep: (() => void) | undefined;
  const look = () => {
    keep?.();
    keep = undefined;
    if (sight.visibilityState === 'visible') stop ??= start();
    else keep = later(letGo, LET_GO_AFTER_MS);
  };
  const letGo = () => {
    stop?.();
    stop = undefined;
  };
  sight.addEventListener('visibilitychange', look);
  return () => {
    sight.removeEventListener('visibilitychange', look);
    keep?.();
    letGo();
  };
}
