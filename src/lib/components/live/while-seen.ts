export type SightEvent = 'visibilitychange' | 'pagehide' | 'pageshow';

/** The part of a document, and of its window, that is used here. */
export interface Sight {
  readonly visibilityState: DocumentVisibilityState;
  addEventListener(type: SightEvent, listener: () => void): void;
  removeEventListener(type: SightEvent, listener: () => void): void;
}

/**
 * Does something while a page can be seen: in a tab that was opened in the background it starts when the tab is first
 * looked at. Over HTTP/1.1 a browser opens six connections to one server, over all its tabs: hidden pages that kept their
 * event streams open would block the visible one from loading anything. So it stops at once when the page is hidden.
 * @param start begins it, and gives back how to end it
 * @returns how to end all of it
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
  // A page that is left may be kept by the browser and shown again as it was.
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
