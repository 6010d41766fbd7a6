import { describe, expect, it } from 'vitest';
import type { Version, Versions } from '#lib/jobs/record/job-record.ts';
import { spendingOf } from '#lib/jobs/record/outcome.ts';
import {
  expired,
  filmOf,
  keptVersions,
  pruned,
  UNDO_MS,
  undoableVersions,
  versionsOf,
  withFilm,
  withoutFilm,
} from '#lib/jobs/versions/film-record.ts';
import { intentAt, jobRecord } from '../../fixtures/records/job-records.ts';

const AT = '2026-11-21T10:00:00.000Z';
const NOW_MS = Date.parse(AT);
const film = (version: number, fields: Partial<Version> = {}): Version => ({ status: 'ready', version, ...fields });
const versions = (...former: Version[]): Versions => ({ last: 9, current: 9, former });
const numbers = (list: readonly Version[]) => list.map(({ version }) => version);

describe('the numbers of a record', () => {
  it.each<[string, Parameters<typeof versionsOf>[0], Partial<Versions>]>([
    ['no film', jobRecord(), { last: 0 }],
    ['one film and nothing else said', jobRecord({ localPath: 'a.mp4' }), { last: 1, current: 1 }],
    ['its own', jobRecord({ versions: versions() }), { last: 9, current: 9 }],
  ])('with %s', (_name, record, expected) => {
    expect(versionsOf(record)).toEqual({ former: [], ...expected });
  });
});

describe('of the former films', () => {
  it('those that are neither deleted nor dropped are kept, the newest first', () => {
    const all = versions(film(2), film(5), film(3, { deletedAt: AT }), film(4, { isDropped: true }));
    expect(numbers(keptVersions(all))).toEqual([5, 2]);
  });

  it.each([
    [5, []],
    [2, [1]],
    [1, [1, 2]],
    [0, [1, 2, 3]],
  ])('with %i to keep the oldest are dropped', (keep, expected) => {
    const { former, ...rest } = pruned(versions(film(2), film(1), film(3), film(4, { deletedAt: AT })), keep);
    expect(numbers(former.filter(({ isDropped }) => isDropped)).sort()).toEqual(expected);
    expect(rest).toEqual({ last: 9, current: 9 });
  });

  it.each<[string, number, number[], number[]]>([
    ['within the day', NOW_MS + UNDO_MS - 1, [2], []],
    ['after it', NOW_MS + UNDO_MS, [], [2]],
    ['by a clock that was set back', NOW_MS - 1, [2], []],
  ])('a deleted one can be undone, or goes: %s', (_name, nowMs, undoable, gone) => {
    const all = versions(film(1), film(2, { deletedAt: AT }));
    expect(numbers(undoableVersions(all, nowMs))).toEqual(undoable);
    expect(numbers(expired(all, nowMs).former.filter(({ isDropped }) => isDropped))).toEqual(gone);
  });

  it('the one that was deleted last is undone first', () => {
    const later = '2026-11-21T11:00:00.000Z';
    const all = versions(film(1, { deletedAt: AT }), film(2, { deletedAt: later }), film(3, { deletedAt: AT }));
    expect(numbers(undoableVersions(all, NOW_MS))).toEqual([2, 3, 1]);
  });
});

describe('the film of a record', () => {
  const made = { status: 'ready' as const, localPath: 'a.mp4', sizeBytes: 7, sha256: 'aa', taskId: 'one' };

  it('is that to be replaced while a newer one is made, and of a failed one only its place', () => {
    expect(filmOf(jobRecord(made))).toMatchObject(made);
    const previous = { ...made, taskId: 'zero' };
    expect(filmOf(jobRecord({ ...made, status: 'generating', previous }))).toBe(previous);
    const { taskId: _, ...place } = made;
    expect(filmOf(jobRecord({ ...made, status: 'failed' }))).toEqual(place);
    expect(filmOf(jobRecord())).toBeUndefined();
  });

  it('is exchanged for another without a change of what was spent', () => {
    const charged = (taskId: string, usd: number) => ({
      receipt: {
        ...{ at: AT, taskId, asked: {}, differences: [], charged: { usd, units: 2 } },
        estimate: { usd: 0.5, units: 5 },
      },
    });
    const now = { ...made, ...charged('one', 0.4), intent: intentAt(AT), completedAt: AT, custom: 'kept' };
    const past = {
      at: '2026-11-20T10:00:00.000Z',
      outcome: 'delivered' as const,
      taskId: 'zero',
      charged: { usd: 0.3 },
    };
    const record = jobRecord({ ...now, history: [past] });
    const other = {
      ...made,
      ...charged('zero', 0.3),
      localPath: 'a.v1.mp4',
      taskId: 'zero',
      intent: intentAt(past.at),
    };
    const usd = (one: typeof record) =>
      spendingOf(one)
        .map((line) => [line.taskId, line.usd])
        .sort();
    const exchanged = withFilm(record, other, {});
    expect(exchanged).toMatchObject({ ...other, custom: 'kept', history: [{ taskId: 'one', outcome: 'delivered' }] });
    expect(usd(exchanged)).toEqual(usd(record));
    const deleted = withoutFilm(record);
    expect(deleted).toMatchObject({ status: 'pending', localPath: undefined, sha256: undefined, custom: 'kept' });
    expect(usd(deleted)).toEqual(usd(record));
  });

  it('is what an order that was cancelled and may still deliver would replace', () => {
    const open = jobRecord({ status: 'failed', taskId: 'two', canceledAt: AT, intent: intentAt(AT), previous: made });
    expect(withFilm(open, { ...made, taskId: 'zero' }, {})).toMatchObject({
      ...{ taskId: 'two', canceledAt: AT, localPath: 'a.mp4', previous: { taskId: 'zero' } },
    });
    expect(withoutFilm(open)).toMatchObject({ taskId: 'two', canceledAt: AT, previous: undefined });
  });
});
