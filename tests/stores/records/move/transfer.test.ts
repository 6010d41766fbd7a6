import { describe, expect, it } from 'vitest';
import { assertInUse, assertSameMove, parseTransfer, type Transfer } from '#lib/stores/records/move/transfer.ts';

const transfer = (state: Transfer['state'], place = 'sqlite:/x.db'): Transfer => ({
  ...{ state, place, moveId: 'move-1', at: '2026-11-29T00:00:00Z' },
});

describe('records that are being moved, or were', () => {
  it.each<[string, Transfer, RegExp]>([
    ['moving', transfer('moving'), /in \/data\.json are being moved to sqlite:\/x\.db\. .*migrate-records.* again/],
    ['filling', transfer('filling'), /are being moved from sqlite:\/x\.db to \/data\.json\. .*migrate-records.* again/],
    ['moved to SQLite', transfer('moved'), /moved to sqlite:\/x\.db on 2026-11-29.*Set REELKEEP_DATABASE/],
    ['moved to PostgreSQL', transfer('moved', 'postgresql://h/x'), /Set REELKEEP_DATABASE to that database/],
    ['moved to a file', transfer('moved', '/data/videos.json'), /Unset REELKEEP_DATABASE, or move them back/],
  ])('are refused with the way on: %s', (_state, state, message) => {
    expect(() => assertInUse('videos', '/data.json', state)).toThrow(expect.objectContaining({ code: 'config' }));
    expect(() => assertInUse('videos', '/data.json', state)).toThrow(message);
    expect(() => assertInUse('videos', '/data.json', state)).toThrow(/Nothing was changed\.$/);
  });

  it('are in use where there is no transfer', () => {
    expect(() => assertInUse('videos', '/data.json', parseTransfer(undefined))).not.toThrow();
  });

  it('keep fields of a newer version', () => {
    const newer = { ...transfer('moving'), later: { field: 1 } };
    expect(parseTransfer(JSON.stringify(newer))).toEqual(newer);
  });
});

it.each<[string, Transfer | undefined, boolean]>([
  ['the one that fills the place', transfer('filling'), true],
  ['one with another id', { ...transfer('filling'), moveId: 'move-2' }, false],
  ['one that was given up', undefined, false],
  ['one in the other direction', transfer('moving'), false],
])('a move may only go on as %s', (_what, state, isSame) => {
  const check = () => assertSameMove('videos', state, 'move-1');
  if (isSame) check();
  else expect(check).toThrow(expect.objectContaining({ code: 'config' }));
});
