/**
 * An attachment for a drawer: once opened, it never gets shorter, even if its content does, so that nothing below it moves
 * up.
 */
export function holdHeight(drawer: HTMLDetailsElement): () => void {
  const hold = () => {
    drawer.style.minHeight = '';
    if (drawer.open) drawer.style.minHeight = `${drawer.offsetHeight}px`;
  };
  const grow = () => {
    if (drawer.open) drawer.style.minHeight = `${drawer.offsetHeight}px`;
  };
  const observer = new ResizeObserver(grow);
  observer.observe(drawer);
  drawer.addEventListener('toggle', hold);
  window.addEventListener('resize', hold);
  return () => {
    observer.disconnect();
    drawer.removeEventListener('toggle', hold);
    window.removeEventListener('resize', hold);
  };
}
