import { describe, expect, it } from 'vitest';
import { ChangeLog } from '#lib/stores/records/change-log.ts';

describe('a change log', () => {
  it('gives each key that changed after a cursor, once', () => {
    const log = new ChangeLog();
    const { cursor: first, keys } = log.since(undefined);
    log.note(['a', 'b']);
    const { cursor: second } = log.since(first);
    log.note(['b', 'c']);
    expect(keys).toEqual([]);
    expect(log.since(first).keys).toEqual(['a', 'b', 'c']);
    expect(log.since(second).keys).toEqual(['b', 'c']);
    expect(log.since(log.since(second).cursor).keys).toEqual([]);
  });

  it('gives all for a cursor that is none of its own', () => {
    const log = new ChangeLog();
    const other = new ChangeLog();
    log.note(['a']);
    other.note(['a']);
    const { cursor } = log.since(undefined);
    const id = cursor.slice(0, cursor.lastIndexOf(':'));
    const foreign = ['', '1', id, `${id}:x`, `${id}:-1`, `${id}:0.5`, `${id}:2`, other.since(undefined).cursor];
    expect(foreign.map((text) => log.since(text).keys)).toEqual(foreign.map(() => 'all'));
  });
});
