import { describe, expect, it } from 'vitest';
import { columnsOfDataSource, onlyDataSourceOf, pageFactsOf } from '#lib/notion/api/columns.ts';

describe('a data source', () => {
  it('has its columns, with the options of those that have some', () => {
    const properties = {
      Status: { id: 's', name: 'Status', type: 'status', status: { options: [{ name: 'Done' }, { name: 'New' }] } },
      Link: { type: 'url', url: {} },
      Odd: { id: 'o', type: 'select', select: { options: 'many' } },
    };
    expect(columnsOfDataSource({ properties })).toEqual([
      { id: 's', name: 'Status', type: 'status', options: ['Done', 'New'] },
      { id: 'Link', name: 'Link', type: 'url', options: undefined },
      { id: 'o', name: 'Odd', type: 'select', options: undefined },
    ]);
  });

  it.each([undefined, null, 'x', {}, { properties: [] }, { properties: { a: { id: 'x' } } }])('is not %o', (answer) => {
    expect(columnsOfDataSource(answer)).toBeUndefined();
  });
});

describe('a page', () => {
  it.each([
    [{}, false],
    [{ in_trash: true }, true],
    [{ archived: true }, true],
    [{ in_trash: false, archived: false }, false],
  ])('%o is in the trash: %s', (answer, isInTrash) => {
    expect(pageFactsOf('p', answer)).toMatchObject({ pageId: 'p', isInTrash, columns: [] });
  });

  it('names where it is, and its properties', () => {
    const answer = { url: 'u', parent: { data_source_id: 'd', database_id: 'b' }, properties: { A: { type: 'url' } } };
    expect(pageFactsOf('p', answer)).toEqual({
      ...{ pageId: 'p', url: 'u', isInTrash: false, dataSourceId: 'd', databaseId: 'b' },
      columns: [{ id: 'A', name: 'A', type: 'url', options: undefined }],
    });
    expect(pageFactsOf('p', 'x')).toBeUndefined();
  });
});

it.each([
  [{ data_sources: [{ id: 'a' }] }, 'a'],
  [{ data_sources: [{ id: 'a' }, { id: 'b' }] }, undefined],
  [{ data_sources: [] }, undefined],
  [{}, undefined],
])('the only data source of %o is %s', (answer, id) => {
  expect(onlyDataSourceOf(answer)).toBe(id);
});
