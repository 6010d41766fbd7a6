import { describe, expect, it } from 'vitest';
import { processIdentity } from '#lib/base/process/process-identity.server.ts';
import { assertNobodyWorks } from '#lib/stores/records/move/held-records.server.ts';

const NOW_MS = Date.UTC(2026, 10, 29);
const owner = processIdentity();
const [later, earlier] = ['2026-11-29T00:00:01Z', '2026-11-28T23:59:59Z'];
const text = (record: object, key = 'rome') => ({ key, content: JSON.stringify({ id: key, ...record }) });
const check = (...records: Array<{ key: string; content: string }>) => assertNobodyWorks('videos', records, NOW_MS);

describe('records that a process works on', () => {
  it.each<[string, object]>([
    ['a job', { lease: { owner, expiresAt: later } }],
    ['a page update', { owner, leasedUntil: later }],
    ['a job of another machine, of which nothing is known', { lease: { owner: 'far/1/1/x', expiresAt: later } }],
  ])('are not moved: %s', (_what, record) => {
    expect(() => check(text(record))).toThrow(expect.objectContaining({ code: 'busy' }));
  });

  it.each<[string, object]>([
    ['that nobody holds', {}],
    ['whose lease is over', { lease: { owner, expiresAt: earlier } }],
    ['whose lease ends just now', { owner, leasedUntil: '2026-11-29T00:00:00Z' }],
    ['whose process has died', { lease: { owner: owner.replace(/\/\d+\//, '/999999999/'), expiresAt: later } }],
    ['with fields of these names that are no lease', { lease: 'none', owner, leasedUntil: 5 }],
  ])('are not those %s', (_what, record) => {
    expect(() => check(text(record))).not.toThrow();
  });

  it('are counted, and a few of them named', () => {
    const held = ['a', 'b', 'c', 'd'].map((key) => text({ owner, leasedUntil: later }, key));
    expect(() => check(...held)).toThrow(/works on 4 of the records of videos \(a, b, c, …\)/);
    expect(() => check(text({}), ...held.slice(0, 3))).toThrow(/works on 3 of the records of videos \(a, b, c\)/);
  });
});
