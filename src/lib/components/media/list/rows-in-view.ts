export interface Sight {
  /** Where the list begins, from the upper edge of the window; negative once it is scrolled past. */
  top: number;
  /** Of the window. */
  height: number;
  rowHeight: number;
}

/** Rows beyond the window, so that a key or a quick hand finds them there. */
const BEYOND = 8;
/** However high the window, and however small a row. */
const MOST = 180;
/** Before anything is measured. */
const AT_FIRST = 12;

/** The rows to have on the page, in order: those in sight, some around them, and the one that has the focus. */
export function rowsInView(total: number, sight: Sight | undefined, focused: number | undefined): number[] {
  const { from, to } = spanOf(total, sight);
  const rows = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  if (focused === undefined || focused >= total || rows.includes(focused)) return rows;
  return focused < from ? [focused, ...rows] : [...rows, focused];
}

function spanOf(total: number, sight: Sight | undefined): { from: number; to: number } {
  if (!sight || sight.rowHeight <= 0) return { from: 0, to: Math.min(total, AT_FIRST) };
  const { top, height, rowHeight } = sight;
  const from = Math.max(0, Math.min(total, Math.floor(-top / rowHeight)) - BEYOND);
  const to = Math.min(total, Math.ceil((height - top) / rowHeight) + BEYOND);
  return { from, to: Math.min(to, from + MOST) };
}
