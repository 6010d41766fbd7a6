import Table from 'cli-table3';
import { printable } from './format.ts';

const NO_LINES = Object.fromEntries(
  [
    'top,top-mid,top-left,top-right,bottom,bottom-mid,bottom-left,bottom-right',
    'left,left-mid,mid,mid-mid,right,right-mid',
  ]
    .join(',')
    .split(',')
    .map((name) => [name, '']),
);

/**
 * Rows under headings, without lines. Columns that are empty in every row are left out. Where the terminal is too narrow
 * for the table, each row becomes a block of `heading value` lines, because a wrapped table cannot be read.
 * @param columns width of the terminal; undefined: as wide as it takes
 */
export function table(
  headings: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
  columns?: number | undefined,
): string {
  const used = headings.map((_, index) => rows.some((row) => (row[index] ?? '') !== ''));
  const keep = (row: readonly string[]) => row.filter((_, index) => used[index]).map(printable);
  const grid = new Table({
    head: keep(headings),
    chars: { ...NO_LINES, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  grid.push(...rows.map(keep));
  const lines = grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  const width = Math.max(...lines.map((line) => line.length));
  return columns === undefined || width <= columns ? lines.join('\n') : blocks(headings, rows);
}

function blocks(headings: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const width = Math.max(...headings.map((heading) => heading.length));
  const block = (row: readonly string[]) =>
    headings
      .map((heading, index) => [heading, printable(row[index] ?? '')] as const)
      .filter(([, value]) => value !== '')
      .map(([heading, value]) => `${heading.padEnd(width)}  ${value}`)
      .join('\n');
  return rows.map(block).join('\n\n');
}
