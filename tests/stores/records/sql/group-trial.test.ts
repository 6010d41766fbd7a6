import { describe, expect, it } from 'vitest';
import type { Mutation } from '#lib/stores/records/record-store.ts';
import { GroupTrial } from '#lib/stores/records/sql/group-trial.ts';
import { type Counter, counterFormat, increment } from '../../../fixtures/records/counters.ts';

/** Applies updates to one stored record, `rome`; the database has three others. */
function trialOf(...updates: Array<[key: string, mutate: Mutation<Counter>]>) {
  const outcomes: unknown[] = [];
  const trial = new GroupTrial<Counter>(counterFormat, {
    records: new Map([['rome', { id: 'rome', count: 1, file: 'rome.mp4', cents: { monday: 5 } }]]),
    holders: new Map([['rome.mp4', ['rome']]]),
    totals: new Map([['monday', 100n]]),
    others: 3,
  });
  const group = updates.map(([key, mutate]) => ({
    ...{ key, mutate, needs: { claims: ['rome.mp4'], totals: ['monday'] } },
    resolve: (record: Counter | undefined) => outcomes.push(record?.count),
    reject: (error: unknown) => outcomes.push(error),
  }));
  const settles = trial.apply(group, 1);
  return { writes: trial.writes(), outcomes, settles };
}

describe('a group of updates', () => {
  it('is applied in its order, each seeing those before it, and written once', () => {
    const seen: unknown[] = [];
    const look: Mutation<Counter> = (current, { ownerOf, total, isEmpty }) => {
      seen.push([current?.count, ownerOf('rome.mp4'), total('monday'), isEmpty]);
      return current;
    };
    const giveUp: Mutation<Counter> = (current) => ({ id: 'rome', count: (current?.count ?? 0) + 1 });
    const { writes, outcomes, settles } = trialOf(['rome', look], ['rome', giveUp], ['rome', look]);
    expect(seen).toEqual([
      [1, 'rome', 100, false],
      [2, undefined, 95, false],
    ]);
    expect(writes?.records).toEqual([{ key: 'rome', record: { id: 'rome', count: 2 }, isNew: false }]);
    // Nobody hears of anything before it is durable.
    expect(outcomes).toEqual([]);
    for (const settle of settles) settle();
    expect(outcomes).toEqual([1, 2, 2]);
  });

  it('goes on after one that fails, whose record is not written', () => {
    const failing: Mutation<Counter> = () => {
      throw new Error('mine');
    };
    const tooLong = 'k'.repeat(2001);
    const { writes, outcomes, settles } = trialOf(
      ['a', increment('a')],
      ['b', failing],
      [tooLong, increment(tooLong)],
      ['c', increment('c')],
    );
    for (const settle of settles) settle();
    expect(outcomes).toEqual([1, new Error('mine'), expect.objectContaining({ code: 'invalid-input' }), 1]);
    expect(writes?.records.map(({ key }) => key)).toEqual(['a', 'c']);
  });

  it('has nothing to write where nothing has changed, or everything is as before', () => {
    expect(trialOf(['rome', (current) => current], ['athens', () => undefined]).writes).toBeUndefined();
    expect(trialOf(['athens', increment('athens')], ['athens', () => undefined]).writes).toBeUndefined();
  });

  it('puts a record last that it deletes and stores again', () => {
    const again = trialOf(['rome', () => undefined], ['rome', increment('rome')]);
    expect(again.writes).toMatchObject({ records: [{ key: 'rome', isNew: true }], deleted: [], growth: 0 });
    const changed = trialOf(['rome', increment('rome')]);
    expect(changed.writes).toMatchObject({ records: [{ key: 'rome', isNew: false }], growth: 0 });
  });
});
