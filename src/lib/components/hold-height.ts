/**
 * An attachment for a drawer: once opened by a person it stays at least as tall as it was then, also when something in it
 * goes away by itself, so that nothing below it comes up.
 */
export function holdHeight(drawer: HTMLDetailsElement): () => void {
  const hold = () => {
    drawer.style.minHeight = '';
    if (drawer.open) drawer.style.minHeight = `${drawer.offsetHeight}px`;
  };
  drawer.addEventListener('toggle', hold);
  window.addEventListener('resize', hold);
  return () => {
    drawer.removeEventListener('toggle', hold);
    window.removeEventListener('resize', hold);
  };
}
