import { describe, expect, it } from 'vitest';
import { table } from '../../../../scripts/shared/views/table.ts';

const HEADINGS = ['spot', 'model', 'size', 'error'];
const ROWS = [
  ['giza', 'wan2.7-t2v', '1.2 MB', ''],
  ['eiffel-tower', 'wan2.7-t2v', '', ''],
];

describe('a table', () => {
  it('has aligned columns, no lines, and no column without content', () => {
    expect(table(HEADINGS, ROWS)).toBe(
      ['spot          model       size', 'giza          wan2.7-t2v  1.2 MB', 'eiffel-tower  wan2.7-t2v'].join('\n'),
    );
  });

  it('gives up the columns that a narrow terminal does without, then becomes blocks', () => {
    expect(table(HEADINGS, ROWS, { columns: 25, expendable: ['model'] }).split('\n')[1]).toBe('giza          1.2 MB');
    const blocks = table(HEADINGS, ROWS, { columns: 15, expendable: ['model'] });
    expect(blocks).toBe('spot   giza\nmodel  wan2.7-t2v\nsize   1.2 MB\n\nspot   eiffel-tower\nmodel  wan2.7-t2v');
  });
});
