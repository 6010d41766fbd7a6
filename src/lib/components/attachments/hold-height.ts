/**
 * An attachment for a drawer: once opened by a person it stays at least as tall as it has been since, also when something
 * in it goes away by itself, so that nothing below it comes up.
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
