import { describe, expect, it } from 'vitest';
import { countNewer, countsOf, filmsIn, followRows, listMark } from '#lib/components/versions/films.ts';
import { at, view } from '../../fixtures/records/video-views.ts';

const film = (version: number, isCurrent = false) => ({ version, isCurrent, src: `/videos/a-b.v${version}.mp4` });
const deleted = (version: number) => ({ version, isCurrent: false, deletedAt: at(0), undoUntil: at(1000) });

describe('the list of versions', () => {
  it('has the deleted ones in their places, the newest first', () => {
    const versions = [film(4, true), film(1)];
    const list = filmsIn({ key: 'a/b', spotId: 'a', eraId: 'b', versions, deleted: [deleted(2), deleted(3)] });
    expect(list.map(({ version }) => version)).toEqual([4, 3, 2, 1]);
  });

  it('keeps its rows where they are, whatever becomes of their films', () => {
    const rows = [film(3, true), film(2), film(1)];
    const now = followRows(rows, [film(4), film(3), film(2, true)]);
    expect(now.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(now.map(({ isCurrent }) => isCurrent)).toEqual([false, true, false]);
    expect(now[2]).toMatchObject({ version: 1, isGone: true });
    expect(now[2]?.src).toBeUndefined();
  });

  it('takes a film up again that was gone', () => {
    const gone = followRows([film(1)], []);
    expect(followRows(gone, [film(1)])).toEqual([film(1)]);
  });

  it('counts what has no row yet', () => {
    expect(countNewer([film(1)], [film(3, true), film(2), film(1)])).toBe(2);
    expect(countNewer([film(1)], [])).toBe(0);
  });
});

describe('what a video says of its films', () => {
  const src = '/videos/a-b.mp4';
  it.each([
    ['nothing made', {}, { kept: 0, deleted: 0 }],
    ['one film', { src }, { kept: 1, deleted: 0 }],
    ['former ones', { src, formerVersions: 2 }, { kept: 3, deleted: 0 }],
    ['the only one deleted', { undoUntil: at(0) }, { kept: 0, deleted: 1 }],
  ])('is how many there are: %s', (_name, fields, counts) => {
    expect(countsOf(view(fields))).toEqual(counts);
  });

  it.each([
    ['another film', { sha256: 'b' }],
    ['the same bytes made at another time', { completedAt: at(1) }],
    ['one more former film', { formerVersions: 2 }],
    ['a deletion', { undoUntil: at(2) }],
  ])('is a reason to ask for the list: %s', (_name, fields) => {
    const before = view({ src, sha256: 'a', completedAt: at(0), formerVersions: 1 });
    expect(listMark({ ...before, ...fields })).not.toBe(listMark(before));
  });

  it('is no reason while bytes arrive', () => {
    const live = { stage: 'downloading', at: at(0) } as const;
    expect(listMark(view({ src, live }))).toBe(listMark(view({ src })));
  });
});
