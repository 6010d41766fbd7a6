import { describe, expect, it } from 'vitest';
import { arrivalsOf, inGroups } from '#lib/stores/records/move/arrivals.ts';
import type { RecordText } from '#lib/stores/records/move/part-home.ts';
import { counterFormat } from '../../../fixtures/records/counters.ts';

async function* records(count: number): AsyncGenerator<RecordText> {
  for (let index = 0; index < count; index += 1) yield { key: `k${index}`, content: `{"id":"k${index}","count":1}` };
}

describe('records that arrive', () => {
  it.each([
    [0, []],
    [1, [1]],
    [500, [500]],
    [501, [500, 1]],
    [1000, [500, 500]],
  ])('are written in groups: %i', async (count, sizes) => {
    const groups = await Array.fromAsync(inGroups(records(count)));
    expect(groups.map((group) => group.length)).toEqual(sizes);
    expect(groups.flat()).toEqual(await Array.fromAsync(records(count)));
  });

  it('are all new', async () => {
    const writes = arrivalsOf(counterFormat, await Array.fromAsync(records(2)), 'there');
    expect(writes).toMatchObject({
      records: [
        { key: 'k0', record: { id: 'k0', count: 1 }, isNew: true },
        { key: 'k1', isNew: true },
      ],
      ...{ deleted: [], growth: 2 },
    });
  });

  it.each<[string, RecordText, string]>([
    ['does not fit the schema', { key: 'rome', content: '{"id":"rome"}' }, 'store-corrupt'],
    ['has a key that is too long', { key: 'k'.repeat(2001), content: '{"id":"k","count":1}' }, 'invalid-input'],
  ])('are refused where one %s', (_what, record, code) => {
    expect(() => arrivalsOf(counterFormat, [record], 'there')).toThrow(expect.objectContaining({ code }));
  });
});
