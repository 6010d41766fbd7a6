import { describe, expect, it } from 'vitest';
import { filterPages, part } from '#lib/sandbox/notion/query.ts';
import { Workspace } from '#lib/sandbox/notion/workspace.ts';

function shelf() {
  const workspace = new Workspace();
  workspace.setColumn('Cost', 'number');
  for (const [index, [name, status, cost]] of [
    ['Rome', 'Completed', 10],
    ['Oslo', 'Failed', 9],
    ['Bern', null, null],
  ].entries()) {
    const page = workspace.createPage(index);
    page.values.set('title', name as string).set(workspace.column('Status').id, status as string | null);
    page.values.set(workspace.column('Cost').id, cost as number | null);
  }
  return (filter?: unknown, sorts?: unknown) =>
    filterPages(workspace, workspace.pages, filter, sorts).map(({ values }) => values.get('title'));
}
const name = (test: object) => ({ property: 'Name', title: test });
const cost = (test: object) => ({ property: 'Cost', number: test });

describe('a filter', () => {
  it.each<[unknown, string[]]>([
    [undefined, ['Rome', 'Oslo', 'Bern']],
    [{ property: 'Status', status: { equals: 'Failed' } }, ['Oslo']],
    [{ property: 'Status', status: { is_empty: true } }, ['Bern']],
    [{ property: 'Status', status: { does_not_equal: 'Failed' } }, ['Rome', 'Bern']],
    [name({ contains: 'O' }), ['Rome', 'Oslo']],
    [name({ does_not_contain: 'O' }), ['Bern']],
    [name({ starts_with: 'R' }), ['Rome']],
    [name({ ends_with: 'o' }), ['Oslo']],
    [cost({ greater_than: 9 }), ['Rome']],
    // An empty number is neither more nor less.
    [cost({ less_than: 10 }), ['Oslo']],
    [{ and: [name({ contains: 'o' }), cost({ less_than: 10 })] }, ['Oslo']],
    [{ or: [name({ equals: 'Bern' }), { and: [cost({ equals: 10 })] }] }, ['Rome', 'Bern']],
  ])('%o', (filter, expected) => {
    expect(shelf()(filter)).toEqual(expected);
  });

  it.each([
    { property: 'Nothing', title: { equals: 'a' } },
    { property: 'Name', rich_text: { equals: 'a' } },
    name({ matches: 'a' }),
    name({ constructor: 'a' }),
    { and: [{ or: [{ and: [name({ equals: 'a' })] }] }] },
  ])('that is not known is refused: %o', (filter) => {
    expect(() => shelf()(filter)).toThrow(expect.objectContaining({ code: 'validation_error' }));
  });
});

it.each([
  [[{ property: 'Name', direction: 'ascending' }], ['Bern', 'Oslo', 'Rome']],
  [[{ property: 'Cost', direction: 'descending' }], ['Rome', 'Oslo', 'Bern']],
  [[{ timestamp: 'created_time', direction: 'descending' }], ['Bern', 'Oslo', 'Rome']],
])('sorts by %o', (sorts, expected) => {
  expect(shelf()(undefined, sorts)).toEqual(expected);
});

it('comes a part at a time', () => {
  const all = ['a', 'b', 'c'].map((id) => ({ id }));
  expect(part(all, { page_size: 2 })).toMatchObject({ results: all.slice(0, 2), has_more: true, next_cursor: 'c' });
  expect(part(all, { page_size: 2, start_cursor: 'c' })).toMatchObject({ results: all.slice(2), has_more: false });
  expect(() => part(all, { start_cursor: 'x' })).toThrow(/start_cursor/);
});
