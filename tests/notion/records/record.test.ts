import { describe, expect, it } from 'vitest';
import {
  type Attempt,
  afterAttempt,
  dueMsOf,
  isReady,
  linkOf,
  notionFormat,
  openMsOf,
  type PageRecord,
  pageKey,
  withValues,
} from '#lib/notion/records/record.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const at = (ms: number) => new Date(NOW_MS + ms).toISOString();
const HEX = '0123456789abcdef0123456789ABCDEF';
const DELAYS = {
  afterFailureMs: (attempts: number) => attempts * 1000,
  atRestMs: (attempts: number) => attempts * 60_000,
};

const put = (values: Parameters<typeof withValues>[1]['values'], current?: PageRecord, nowMs = NOW_MS) =>
  withValues(current, { pageId: 'page', values, nowMs });
const try_ = (record: PageRecord, attempt: Partial<Attempt>) =>
  afterAttempt(record, { sent: [], problems: [], ...attempt }, { nowMs: NOW_MS, delays: DELAYS });
const revisionOf = (record: PageRecord, field: string) => record.waiting[field]?.revision ?? 0;

describe('the key and the link of a page', () => {
  it.each([
    [HEX, `page:${HEX.toLowerCase()}`],
    ['01234567-89ab-cdef-0123-456789abcdef', `page:${HEX.toLowerCase()}`],
    ['Odd-id', 'page:Odd-id'],
  ])('%s', (id, key) => {
    expect(pageKey(id)).toBe(key);
  });

  it('is its own address once that is known', () => {
    expect(linkOf({ pageId: 'a b' })).toBe('https://www.notion.so/a%20b');
    expect(linkOf({ pageId: 'a', url: 'https://n/a' })).toBe('https://n/a');
  });
});

describe('new values', () => {
  it('take the place of older ones of the same field, with a higher revision', () => {
    const first = put({ status: { value: 'a' }, error: { value: null } });
    const next = put({ status: { value: 'b' } }, first, NOW_MS + 5);
    expect(next.waiting).toMatchObject({ status: { value: 'b' }, error: first.waiting.error });
    expect(revisionOf(next, 'status')).toBeGreaterThan(revisionOf(first, 'status'));
    expect(next.nextTryAt).toBe(at(0));
  });

  it('that are the same change nothing; with another target, or after a problem, they do', () => {
    const first = put({ status: { value: 'a' } });
    expect(put({ status: { value: 'a' } }, first)).toBe(first);
    expect(put({ status: { value: 'a', target: { name: 'S' } } }, first)).not.toBe(first);
    const problem = { field: 'status', revision: revisionOf(first, 'status'), property: 'S', reason: 'no' };
    const stuck = try_(first, { problems: [problem] });
    expect(put({ status: { value: 'a' } }, stuck).waiting.status?.problem).toBeUndefined();
  });

  it('do not hurry a page that is retried after a failure, but wake one at rest', () => {
    const failed = try_(put({ status: { value: 'a' } }), { failure: { reason: 'x' } });
    expect(put({ status: { value: 'b' } }, failed).nextTryAt).toBe(at(1000));
    const resting = { ...put({ status: { value: 'a' } }), setAside: 'trash', nextTryAt: at(60_000) };
    expect(put({ status: { value: 'b' } }, resting, NOW_MS + 7).nextTryAt).toBe(at(7));
  });
});

describe('after an attempt', () => {
  const record = put({ status: { value: 'a' }, error: { value: null } });
  const sent = (field: string) => ({ field, revision: revisionOf(record, field) });

  it('that wrote everything nothing is left', () => {
    expect(try_(record, { sent: [sent('status'), sent('error')] })).toBeUndefined();
  });

  it('a value that came meanwhile still waits', () => {
    const newer = put({ status: { value: 'b' } }, record);
    const left = try_(newer, { sent: [sent('status'), sent('error')] });
    expect(Object.keys(left?.waiting ?? {})).toEqual(['status']);
    expect(left).toMatchObject({ attempts: 0, nextTryAt: at(0) });
  });

  it.each<[string, Partial<Attempt>, object]>([
    ['a failure of its own', { failure: { reason: 'x' } }, { attempts: 1, nextTryAt: at(1000), failure: 'x' }],
    ['one of the connection', { failure: { reason: 'x', nextTryMs: NOW_MS + 9 } }, { attempts: 0, nextTryAt: at(9) }],
    [
      'a limit',
      { failure: { reason: 'x', nextTryMs: NOW_MS + 9, pausedUntilMs: NOW_MS + 9 } },
      { attempts: 0, pausedUntil: at(9) },
    ],
    ['a reason to wait for a person', { setAside: 'trash' }, { attempts: 1, setAside: 'trash', nextTryAt: at(60_000) }],
  ])('%s', (_what, attempt, expected) => {
    expect(try_(record, attempt)).toMatchObject({ lease: undefined, ...expected });
  });

  it('a failure says nothing about what a person has to put right, an answer does', () => {
    const aside = { ...record, setAside: 'trash' };
    expect(try_(aside, { failure: { reason: 'x' } })?.setAside).toBe('trash');
    expect(try_(aside, { sent: [sent('error')] })?.setAside).toBeUndefined();
  });
});

describe('when a page is due', () => {
  const record = put({ status: { value: 'a' } });
  it('is on record, unless a clock was wrong', () => {
    expect(dueMsOf({ ...record, nextTryAt: at(5000) }, NOW_MS)).toBe(NOW_MS + 5000);
    expect(dueMsOf({ ...record, nextTryAt: at(25 * 3_600_000) }, NOW_MS)).toBe(0);
    expect(openMsOf(record, NOW_MS)).toBe(0);
    expect(openMsOf({ ...record, pausedUntil: at(5) }, NOW_MS)).toBe(NOW_MS + 5);
    expect(notionFormat.dueMs(record)).toBe(NOW_MS);
    expect(isReady({ ...record, setAside: 'x' })).toBe(false);
  });
});
