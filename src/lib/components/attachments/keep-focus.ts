/**
 * An attachment for an element whose only control may be replaced during keyboard use: the focus moves to the new control
 * instead of the top of the page.
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

  // Removing an element leaves the focus nowhere; a person moves it to another element.
  function onLeave(event: FocusEvent): void {
    if (event.relatedTarget !== null) hadFocus = false;
  }
}
