/** Long enough that a pointer on its way across the page asks for no film, short enough to feel like an answer. */
export const INTENT_MS = 200;

/** Runs something later; returns a function that cancels it. */
type Later = (action: () => void, delayMs: number) => () => void;

const later: Later = (action, delayMs) => {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
};

/**
 * Tells whether somebody wants to see the film in an element: the pointer rests on it, something in it has the focus, or it
 * is pressed, for a moment each. Ends as soon as the pointer or the focus leaves.
 * @param tell called on every change, and with `false` at the end
 */
export function filmIntent(tell: (isIntended: boolean) => void, wait: Later = later) {
  return (element: Pick<HTMLElement, 'addEventListener' | 'removeEventListener' | 'contains'>): (() => void) => {
    let cancel: (() => void) | undefined;
    const begin = () => {
      cancel ??= wait(() => tell(true), INTENT_MS);
    };
    const end = () => {
      cancel?.();
      cancel = undefined;
      tell(false);
    };
    const onFocusOut = ({ relatedTarget }: FocusEvent) => {
      if (!(relatedTarget instanceof Node && element.contains(relatedTarget))) end();
    };
    const starts = ['pointerenter', 'pointerdown', 'focusin'] as const;
    for (const name of starts) element.addEventListener(name, begin);
    element.addEventListener('pointerleave', end);
    element.addEventListener('pointercancel', end);
    element.addEventListener('focusout', onFocusOut);
    return () => {
      for (const name of starts) element.removeEventListener(name, begin);
      element.removeEventListener('pointerleave', end);
      element.removeEventListener('pointercancel', end);
      element.removeEventListener('focusout', onFocusOut);
      end();
    };
  };
}

/** When the element goes, its connection goes with it: a browser would otherwise go on loading the film for a while. */
export function givenBack(player: HTMLVideoElement): () => void {
  return () => {
    player.pause();
    player.removeAttribute('src');
    player.load();
  };
}
