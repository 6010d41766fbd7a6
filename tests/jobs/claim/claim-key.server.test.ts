import { expect, it } from 'vitest';
import { LeasedRecord, newLease } from '#lib/jobs/lease/lease.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { jobRecord, jobRecords } from '../../fixtures/records/job-records.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

it('an owner that has taken the lease anew cannot be written over by its own earlier lease', async () => {
  const options = { owner: 'me', ttlMs: 1000, clock: new VirtualClock({ auto: false }), isSurelyDead: () => false };
  const store = createMemoryStore({ format: jobRecords });
  const record = jobRecord({ key: 'k', lease: newLease(undefined, options) });
  await store.update('k', () => record);
  const early = new LeasedRecord(store, 'k', record, 1, options);
  const later = await store.update('k', (current) => current && { ...current, lease: newLease(current, options) });
  await expect(early.patch({ taskId: 'x' })).rejects.toMatchObject({ code: 'busy' });
  await expect(early.renew()).rejects.toMatchObject({ code: 'busy' });
  await expect(early.assertHeld()).rejects.toMatchObject({ code: 'busy' });
  await expect(early.whileHeld(() => expect.unreachable())).rejects.toMatchObject({ code: 'busy' });
  await early.release();
  expect(await store.get('k')).toEqual(later);
});
