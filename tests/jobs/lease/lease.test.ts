import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { isLeasedByOther, LeasedRecord, newLease, startHeartbeat } from '#lib/jobs/lease/lease.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';

import { jobRecord, jobRecords } from '../../fixtures/records/job-records.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

const clock = new VirtualClock({ auto: false });
const optionsOf = (owner: string, dead: string[] = []) => ({
  owner,
  ttlMs: 1000,
  clock,
  isSurelyDead: (name: string) => dead.includes(name),
});

async function leasedBy(owner: string) {
  const store = createMemoryStore({ format: jobRecords });
  const record = jobRecord({ key: 'k', unknownField: 1, lease: newLease(undefined, optionsOf(owner)) });
  await store.update('k', () => record);
  return { store, leased: new LeasedRecord(store, 'k', record, 1, optionsOf(owner)) };
}

describe('isLeasedByOther', () => {
  const held = jobRecord({ lease: newLease(undefined, optionsOf('a')) });
  const expired = jobRecord({ lease: { owner: 'a', fence: 1, expiresAt: new Date(clock.now()).toISOString() } });
  const ending = (inMs: number) =>
    jobRecord({ lease: { owner: 'a', fence: 1, expiresAt: new Date(clock.now() + inMs).toISOString() } });
  it.each([
    ['no record', undefined, optionsOf('b'), false],
    ['no lease', jobRecord(), optionsOf('b'), false],
    ['a living holder', held, optionsOf('b'), true],
    ['the same owner', held, optionsOf('a'), false],
    ['a dead holder, before its expiry', held, optionsOf('b', ['a']), false],
    ['an expired lease', expired, optionsOf('b'), false],
    ['one of a clock that is a little ahead of ours', ending(90_000), optionsOf('b'), true],
    ['one that ends further ahead than a lease lasts', ending(3_600_000), optionsOf('b'), false],
    ['one that ends in years', ending(1e12), optionsOf('b'), false],
  ])('%s', (_name, record, options, expected) => {
    expect(isLeasedByOther(record, options)).toBe(expected);
  });
});

describe('LeasedRecord', () => {
  it('changes only what it is told and keeps unknown fields', async () => {
    const { leased } = await leasedBy('a');
    expect(await leased.patch({ taskId: 't' })).toMatchObject({ taskId: 't', unknownField: 1 });
    expect(leased.record.taskId).toBe('t');
  });

  it('refuses to write over a successor, whatever it tries', async () => {
    const { store, leased } = await leasedBy('a');
    await store.update(
      'k',
      (current) => current && { ...current, taskId: 'theirs', lease: newLease(current, optionsOf('b')) },
    );
    await expect(leased.patch({ taskId: 'mine' })).rejects.toMatchObject({ code: 'busy' });
    await expect(leased.renew()).rejects.toMatchObject({ code: 'busy' });
    await expect(leased.assertHeld()).rejects.toMatchObject({ code: 'busy' });
    await expect(leased.whileHeld(() => expect.unreachable())).rejects.toMatchObject({ code: 'busy' });
    await leased.release();
    expect(await store.get('k')).toMatchObject({ taskId: 'theirs', lease: { owner: 'b', fence: 2 } });
  });

  it('does something outside the store only while the lease is its own, in one step with the check', async () => {
    const { store, leased } = await leasedBy('a');
    const done: string[] = [];
    const held = leased.whileHeld(() => done.push('first'));
    const takeover = store.update('k', (current) => {
      done.push('takeover');
      return current && { ...current, lease: newLease(current, optionsOf('b')) };
    });
    const late = leased.whileHeld(() => done.push('never'));
    await expect(Promise.all([held, takeover])).resolves.toHaveLength(2);
    await expect(late).rejects.toMatchObject({ code: 'busy' });
    expect(done).toEqual(['first', 'takeover']);
  });

  it('gives out a higher fencing number after every release', async () => {
    const { store, leased } = await leasedBy('a');
    await leased.release();
    const free = await store.get('k');
    expect(free?.lease).toBeUndefined();
    expect(newLease(free, optionsOf('b')).fence).toBe(2);
  });

  it.each([
    ['with its lease', {}],
    ['and taken its lease away', { lease: undefined }],
  ])('stops at the next write once somebody has cancelled the record %s', async (_name, change) => {
    const { store, leased } = await leasedBy('a');
    const canceledAt = new Date(clock.now()).toISOString();
    await store.update('k', (current) => current && { ...current, ...change, canceledAt });
    await expect(leased.patch({ taskId: 'x' })).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('startHeartbeat', () => {
  it('moves the expiry on, and tells once when the lease is gone', async () => {
    const { store, leased } = await leasedBy('a');
    let beat = () => {};
    let stopped = 0;
    const lost: string[] = [];
    const every = (task: () => void) => {
      beat = task;
      return () => {
        stopped += 1;
      };
    };
    startHeartbeat(leased, every, (error) => lost.push(error.code));
    const before = Date.parse((await store.get('k'))?.lease?.expiresAt ?? '');
    clock.set(clock.now() + 700);
    beat();
    await expect.poll(async () => Date.parse((await store.get('k'))?.lease?.expiresAt ?? '')).toBe(before + 700);
    await store.update('k', (current) => current && { ...current, lease: newLease(current, optionsOf('b')) });
    await new Promise((resolve) => setImmediate(resolve));
    beat();
    await expect.poll(() => lost).toEqual(['busy']);
    expect(stopped).toBe(1);
  });

  it('lets a store fail for a moment, but not for longer than the lease', async () => {
    const { store, leased } = await leasedBy('a');
    const { update } = store;
    let beat = () => {};
    const lost: string[] = [];
    startHeartbeat(
      leased,
      (task) => {
        beat = task;
        return () => {};
      },
      (error) => lost.push(error.code),
    );
    const asked: string[] = [];
    store.update = async () => {
      asked.push('refused');
      throw new ReelError('disk-denied', 'read-only for a moment');
    };
    clock.set(clock.now() + 900);
    beat();
    await expect.poll(() => asked).toHaveLength(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(lost).toEqual([]);

    store.update = update;
    beat();
    await expect.poll(() => Date.parse(leased.record.lease?.expiresAt ?? '')).toBe(clock.now() + 1000);

    store.update = async () => Promise.reject(new ReelError('disk-denied', 'read-only for good'));
    await new Promise((resolve) => setImmediate(resolve));
    clock.set(clock.now() + 1000);
    beat();
    await expect.poll(() => lost).toEqual(['disk-denied']);
  });
});
