import { expect, it } from 'vitest';
import { cursorOf, revisionOf } from '#lib/stores/records/sql/cursor.ts';

const part = { id: 'part-id', revision: 7 };

it.each<[string, number | undefined]>([
  [cursorOf(part), 7],
  [cursorOf({ ...part, revision: 0 }), 0],
  // Of a copy of the database that was newer than the restored one.
  [cursorOf({ ...part, revision: 8 }), undefined],
  [cursorOf({ ...part, id: 'part' }), undefined],
  ['', undefined],
  ['part-id', undefined],
  ['part-id:', undefined],
  ['part-id:-1', undefined],
  ['part-id:1e1', undefined],
  ['part-id: 1', undefined],
  ['part-id:1\n', undefined],
  ['7', undefined],
])('the cursor %j stands for revision %s', (cursor, revision) => {
  expect(revisionOf(cursor, part)).toBe(revision);
});
