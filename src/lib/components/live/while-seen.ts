export type SightEvent = 'visibilitychange' | 'pagehide' | 'pageshow';

/** The part of a document, and of its window, that is used here. */
export interface Sight {
  readonly visibilityState: DocumentVisibilityState;
  addEventListener(type: SightEvent, listener: () => void): void;
  removeEventListener(type: SightEvent, listener: () => void): void;
}

/**
 * Does something while a page is visible: in a tab opened in the background it starts when the tab is first shown. Over
 * HTTP/1.1 a browser opens six connections to one server across all tabs: hidden pages with open event streams would keep
 * the visible one from loading anything. So it stops at once when the page is hidden.
 * @param start starts it, and returns a function that stops it
 * @returns a function that stops everything
 */
export function whileSeen(start: () => () => void, sight: Sight): () => void {
  let stop: (() => void) | undefined;
  const end = () => {
    stop?.();
    stop = undefined;
  };
  const look = () => {
    if (sight.visibilityState === 'visible') stop ??= start();
    else end();
  };
  sight.addEventListener('visibilitychange', look);
  // The browser may keep a page after navigation and show it again unchanged (bfcache).
  sight.addEventListener('pagehide', end);
  sight.addEventListener('pageshow', look);
  look();
  return () => {
    sight.removeEventListener('visibilitychange', look);
    sight.removeEventListener('pagehide', end);
    sight.removeEventListener('pageshow', look);
    end();
  };
}
