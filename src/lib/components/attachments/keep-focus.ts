/**
 * An attachment for a place whose only control may be replaced by another while somebody works by keyboard: the focus goes
 * to the new one, and not back to the top of the page.
 */
export function keepFocus(place: HTMLElement): () => void {
  let hadFocus = place.contains(document.activeElement);
  const note = () => {
    hadFocus = place.contains(document.activeElement);
  };
  const observer = new MutationObserver(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (hadFocus && isLost) place.querySelector<HTMLElement>('button, a')?.focus();
  });
  place.addEventListener('focusin', note);
  place.addEventListener('focusout', onLeave);
  observer.observe(place, { childList: true, subtree: true });
  return () => {
    place.removeEventListener('focusin', note);
    place.removeEventListener('focusout', onLeave);
    observer.disconnect();
  };

  // An element that is removed loses the focus to nothing; a person takes it somewhere.
  function onLeave(event: FocusEvent): void {
    if (event.relatedTarget !== null) hadFocus = false;
  }
}
