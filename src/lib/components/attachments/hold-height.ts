/**
 * An attachment for a drawer: once opened, it never gets shorter, even if its content does, so that nothing below it moves
 * up.
 */
export function holdHeight(drawer: HTMLDetailsElement): () => void {
  // While nothing of it is shown it has no height, and must keep the one that it had.
  const grow = () => {
    if (drawer.open && drawer.offsetHeight > 0) drawer.style.minHeight = `${drawer.offsetHeight}px`;
  };
  const hold = () => {
    if (drawer.offsetHeight > 0) drawer.style.minHeight = '';
    grow();
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
