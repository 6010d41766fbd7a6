import { describe, expect, it } from 'vitest';
import type { Column } from '#lib/notion/api/columns.ts';
import type { NotionOptions } from '#lib/notion/options.ts';
import { planWrites } from '#lib/notion/values/plan.ts';
import { targetsOf } from '#lib/notion/values/targets.ts';

const COLUMNS: Column[] = [
  { id: 'title', name: 'Name', type: 'title' },
  { id: 's', name: 'Status', type: 'select', options: ['Completed'] },
  { id: 'v', name: 'Video URL', type: 'url' },
  { id: 'e', name: 'Error', type: 'rich_text' },
  { id: 'f', name: 'Formula', type: 'formula' },
];

type Given = Partial<Record<string, string | number>>;

function plan(given: Given, properties: NotionOptions['properties'] = {}, ids = {}, columns = COLUMNS) {
  const waiting = Object.fromEntries(
    Object.entries(given).map(([field, value = ''], index) => [
      field,
      { value, revision: index + 1, at: '2026-11-21T00:00:00.000Z' },
    ]),
  );
  return planWrites({ waiting, columns, propertyIds: ids, targets: targetsOf(properties) });
}

describe('planWrites', () => {
  it('writes by id to the property of each name', () => {
    const { writes, problems, propertyIds } = plan({ status: 'Completed', videoUrl: 'https://e.com', error: 'x' });
    expect(problems).toEqual([]);
    expect(writes.map(({ field, propertyId, revision }) => [field, propertyId, revision])).toEqual([
      ['status', 's', 1],
      ['videoUrl', 'v', 2],
      ['error', 'e', 3],
    ]);
    expect(propertyIds).toEqual({ Status: 's', 'Video URL': 'v', Error: 'e' });
  });

  it('follows a property that was renamed, and the new one of the name once the old one is gone', () => {
    const renamed = [{ id: 'v', name: 'Film', type: 'url' }];
    const ids = { 'Video URL': 'v' };
    expect(plan({ videoUrl: 'https://e.com' }, {}, ids, renamed).writes).toMatchObject([{ propertyId: 'v' }]);
    const replaced = [{ id: 'w', name: 'Video URL', type: 'url' }];
    const again = plan({ videoUrl: 'https://e.com' }, {}, ids, replaced);
    expect(again).toMatchObject({ writes: [{ propertyId: 'w' }], propertyIds: { 'Video URL': 'w' } });
  });

  it('prefers a property of the right type', () => {
    const columns = [
      { id: 'v', name: 'Old link', type: 'rich_text' },
      { id: 'w', name: 'Video URL', type: 'url' },
    ];
    expect(plan({ videoUrl: 'https://e.com' }, {}, { 'Video URL': 'v' }, columns).writes).toMatchObject([
      { propertyId: 'w' },
    ]);
  });

  it.each<[string, Given, NotionOptions['properties'], RegExp]>([
    ['is missing', { thumbnailUrl: 'x' }, {}, /no property "Thumbnail URL".*"Name" \(title\), "Status" \(select\)/],
    ['has another type', { videoUrl: 'x' }, { videoUrl: 'Error' }, /"Error" has the type rich_text, not url/],
    [
      'has another type than stated',
      { status: 'x' },
      { status: { name: 'Status', type: 'status' } },
      /select, not status/,
    ],
    [
      'cannot be written',
      { own: 'x' },
      { own: 'Formula' },
      /"Formula" has the type formula, not one that can be written/,
    ],
    ['lacks the option', { status: 'Failed' }, {}, /no option "Failed". It has: "Completed"/],
  ])('names a property that %s, and writes the others', (_what, given, properties, reason) => {
    const { writes, problems } = plan({ ...given, error: 'x' }, properties);
    expect(problems).toEqual([expect.objectContaining({ reason: expect.stringMatching(reason) })]);
    expect(writes).toMatchObject([{ field: 'error' }]);
  });

  it('writes a property once', () => {
    const { writes, problems } = plan({ error: 'x', note: 'y' }, { note: 'Error' });
    expect(writes).toHaveLength(1);
    expect(problems).toMatchObject([{ field: 'note', reason: expect.stringMatching(/error is written to the same/) }]);
  });

  it('keeps a target on record, unless this process has one of its own', () => {
    const target = { name: 'Error' } as const;
    const waiting = { note: { value: 'x', revision: 1, at: '2026-11-21T00:00:00.000Z', target } };
    const base = { waiting, columns: COLUMNS, propertyIds: {} };
    expect(planWrites({ ...base, targets: {} }).writes).toMatchObject([{ propertyId: 'e' }]);
    expect(planWrites({ ...base, targets: targetsOf({ note: 'Name' }) }).writes).toMatchObject([
      { propertyId: 'title' },
    ]);
  });

  it('is not misled by names that every object has', () => {
    expect(plan({ constructor: 'x' }).problems).toMatchObject([{ property: 'constructor' }]);
  });
});

describe('targetsOf', () => {
  it.each([
    ['an empty name', { status: ' ' }, /properties.status must name/],
    [
      'an unknown type',
      { status: { name: 'S', type: JSON.parse('"people"') } },
      /properties.status.type must be one of/,
    ],
  ])('refuses %s', (_what, properties, message) => {
    expect(() => targetsOf(properties)).toThrow(message);
  });
});
