/** Past the very first frame, which some encoders leave black. */
const AT_SECONDS = 0.1;
/** A film that has shown nothing by then has its turn taken away. */
const PATIENCE_MS = 8000;
const WIDEST_PIXELS = 640;

export interface FrameTools {
  /** Calls `listener` once when the element comes into view; returns a function that stops watching. */
  whenInView: (element: Element, listener: () => void) => () => void;
  /** Draws an early frame of the film; rejects where it cannot be loaded. Ends with the signal. */
  draw: (src: string, canvas: HTMLCanvasElement, signal: AbortSignal) => Promise<void>;
}

/**
 * Makes attachments for canvases that stand in for missing posters: each shows a frame of its film, loaded only when it comes
 * into view, and one after the other. A film costs some hundred kilobytes even for one frame, so a page must not load two
 * dozen of them, and what a visitor presses must not wait behind them.
 */
export function frameDrawer({ whenInView, draw }: FrameTools) {
  let last: Promise<void> = Promise.resolve();
  return (src: string, ondrawn: () => void) => (canvas: HTMLCanvasElement) => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const takeTurn = async () => {
      if (signal.aborted) return;
      await draw(src, canvas, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
      if (!signal.aborted) ondrawn();
    };
    const stopWatching = whenInView(canvas, () => {
      last = last.then(takeTurn).catch(() => {});
    });
    return () => {
      stopWatching();
      leaving.abort();
    };
  };
}

export const firstFrame = frameDrawer({
  whenInView(element, listener) {
    // Whoever asks for little data sees the title.
    if (asksForLittle()) return () => {};
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      listener();
    });
    observer.observe(element);
    return () => observer.disconnect();
  },

  async draw(src, canvas, signal) {
    const player = document.createElement('video');
    player.muted = true;
    player.playsInline = true;
    player.preload = 'metadata';
    try {
      const found = happens(player, 'loadedmetadata', signal);
      player.src = src;
      await found;
      const sought = happens(player, 'seeked', signal);
      player.currentTime = Math.min(AT_SECONDS, player.duration / 3 || 0);
      await sought;
      canvas.width = Math.min(WIDEST_PIXELS, player.videoWidth);
      canvas.height = Math.round((canvas.width * player.videoHeight) / player.videoWidth);
      canvas.getContext('2d')?.drawImage(player, 0, 0, canvas.width, canvas.height);
    } finally {
      // Its connection with it: the browser would go on loading.
      player.removeAttribute('src');
      player.load();
    }
  },
});

function asksForLittle(): boolean {
  return 'connection' in navigator && Reflect.get(Object(navigator.connection), 'saveData') === true;
}

function happens(player: HTMLVideoElement, name: 'loadedmetadata' | 'seeked', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    player.addEventListener(name, () => resolve(), { once: true });
    player.addEventListener('error', () => reject(player.error), { once: true });
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
