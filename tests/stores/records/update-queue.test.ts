import { describe, expect, it } from 'vitest';
import { type Commit, UpdateQueue } from '#lib/stores/records/update-queue.ts';

const same = <R>(current: R | undefined) => current;

/** A queue whose groups are written down as lists of keys. */
function queue(options: { most?: number; failing?: (group: string[]) => boolean; beforeTake?: () => void } = {}) {
  const groups: string[][] = [];
  const commit: Commit<string> = async (take) => {
    options.beforeTake?.();
    const taken = take();
    const keys = taken.map(({ key }) => key);
    groups.push(keys);
    if (options.failing?.(keys)) throw new Error('disk');
    return taken.map(
      ({ key, resolve }) =>
        () =>
          resolve(key),
    );
  };
  return { groups, updates: new UpdateQueue<string>(commit, options.most) };
}

describe('an update queue', () => {
  it('commits what was asked for in one turn as one group, in its order', async () => {
    const { groups, updates } = queue();
    const stored = await Promise.all(['a', 'b', 'a'].map((key) => updates.update(key, same, undefined)));
    expect([groups, stored]).toEqual([[['a', 'b', 'a']], ['a', 'b', 'a']]);
    await updates.update('c', same, undefined);
    expect(groups).toEqual([['a', 'b', 'a'], ['c']]);
  });

  it('includes what is asked for while the store is being locked', async () => {
    let late: Promise<unknown> | undefined;
    const { groups, updates } = queue({ beforeTake: () => (late ??= updates.update('b', same, undefined)) });
    await updates.update('a', same, undefined);
    await late;
    expect(groups).toEqual([['a', 'b']]);
  });

  it('takes no more than it may for one group', async () => {
    const { groups, updates } = queue({ most: 2 });
    await Promise.all(['a', 'b', 'c'].map((key) => updates.update(key, same, undefined)));
    expect(groups).toEqual([['a', 'b'], ['c']]);
  });

  it('rejects only the group that failed', async () => {
    const { updates } = queue({ most: 1, failing: ([key]) => key === 'b' });
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((key) => updates.update(key, same, undefined)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('rejects everything that waits where the store could not even be locked, and goes on afterwards', async () => {
    let isLocked = true;
    const updates = new UpdateQueue<string>(async (take) => {
      if (isLocked) throw new Error('locked');
      return take().map(
        ({ key, resolve }) =>
          () =>
            resolve(key),
      );
    }, 1);
    const outcomes = await Promise.allSettled(['a', 'b'].map((key) => updates.update(key, same, undefined)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isLocked = false;
    expect(await updates.update('c', same, undefined)).toBe('c');
  });
});
