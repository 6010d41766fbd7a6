import { expect, it } from 'vitest';
import { newId } from '#lib/components/media/browser/new-id.ts';

it('makes ids that differ, of plain characters', () => {
  const ids = Array.from({ length: 100 }, newId);
  expect(new Set(ids).size).toBe(100);
  expect(ids.filter((id) => !/^[0-9a-f]{32}$/.test(id))).toEqual([]);
});
