import Table from 'cli-table3';
import { printable } from './format.ts';

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'mid', 'right'].flatMap((place) =>
    ['', '-mid', '-left', '-right'].map((side) => [`${place}${side}`, '']),
  ),
);

export interface TableOptions {
  /** Width of the terminal; undefined: unlimited. */
  columns?: number | undefined;
  /** Headings of columns that are dropped on a narrow terminal, in this order. */
  expendable?: readonly string[];
}

/**
 * Rows under headings, without lines. Columns that are empty in every row are omitted. If the remaining columns do not fit,
 * each row becomes a block of `heading value` lines, because a wrapped table is unreadable.
 */
export function table(
  headings: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
  { columns, expendable = [] }: TableOptions = {},
): string {
  const used = headings.filter((_, index) => rows.some((row) => (row[index] ?? '') !== ''));
  for (let dropped = 0; dropped <= expendable.length; dropped += 1) {
    const shown = used.filter((heading) => !expendable.slice(0, dropped).includes(heading));
    const lines = grid(headings, rows, shown);
    if (columns === undefined || Math.max(...lines.map((line) => line.length)) <= columns) return lines.join('\n');
  }
  return blocks(headings, rows);
}

function grid(headings: readonly string[], rows: ReadonlyArray<readonly string[]>, shown: readonly string[]): string[] {
  const keep = (row: readonly string[]) =>
    row.filter((_, index) => shown.includes(headings[index] ?? '')).map(printable);
  const drawn = new Table({
    head: keep(headings),
    chars: { ...NO_LINES, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  drawn.push(...rows.map(keep));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
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
