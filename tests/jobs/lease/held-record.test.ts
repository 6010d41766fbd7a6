import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { HeldRecord, type HoldOptions } from '#lib/jobs/lease/held-record.ts';
import { LEASE_TTL_MS } from '#lib/jobs/lease/lease.ts';
import { leaseSchema } from '#lib/jobs/record/job-record.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';

const schema = z.looseObject({
  id: z.string(),
  step: z.number(),
  lease: leaseSchema.optional(),
  fence: z.number().optional(),
});
const KEY = 'rome';

async function open() {
  const clock = new FakeClock();
  const store = createMemoryStore<z.infer<typeof schema>>({
    format: {
      ...{ schema, keyOf: ({ id }) => id, claimsOf: () => [], totalsOf: () => ({}) },
      ...{ isUnfinished: () => false, dueMs: () => undefined, taskIdsOf: () => [] },
    },
    clock,
  });
  await store.update(KEY, () => ({ id: KEY, step: 0 }));
  const optionsOf = (owner: string): HoldOptions => ({
    ...{ owner, ttlMs: LEASE_TTL_MS, clock },
    isSurelyDead: (name) => name.startsWith('dead'),
    nameOf: (key) => `the work on ${key}`,
  });
  const claim = (owner: string, isWanted: (record: z.infer<typeof schema>) => boolean = () => true) =>
    HeldRecord.claim(store, KEY, optionsOf(owner), isWanted);
  return { clock, store, claim };
}

describe('a held record', () => {
  it('is held by one process at a time, and free again once it is released with its last change', async () => {
    const { store, claim } = await open();
    const mine = await claim('me');
    expect(await claim('other')).toBeUndefined();
    await mine?.patch(({ step }) => ({ step: step + 1 }));
    await mine?.release({ step: 7 });
    expect(await store.get(KEY)).toEqual({ id: KEY, step: 7, fence: 1 });
    expect((await claim('other'))?.fence).toBe(2);
  });

  it('is not claimed by somebody who does not want it as it is, nor where there is none', async () => {
    const { store, claim } = await open();
    expect(await claim('me', ({ step }) => step > 0)).toBeUndefined();
    await store.update(KEY, () => undefined);
    expect(await claim('me')).toBeUndefined();
  });

  it.each(['dead/1', 'stopped'])('is taken over from %s, which then changes nothing any more', async (owner) => {
    const { clock, store, claim } = await open();
    const theirs = await claim(owner);
    if (owner === 'stopped') clock.advance(LEASE_TTL_MS + 1);
    const mine = await claim('me');
    await mine?.patch({ step: 2 });
    const gone = { code: 'busy', message: expect.stringContaining('the work on rome') };
    await expect(theirs?.patch({ step: 9 })).rejects.toMatchObject(gone);
    await expect(theirs?.renew()).rejects.toMatchObject(gone);
    await expect(theirs?.remove()).rejects.toMatchObject(gone);
    expect(await theirs?.lossAfter(await theirs?.renew().catch((error: unknown) => error))).toMatchObject(gone);
    expect((await store.get(KEY))?.step).toBe(2);
  });

  it('is written again where its record was lost, and deleted by nobody but its holder', async () => {
    const { store, claim } = await open();
    const mine = await claim('me');
    await store.update(KEY, () => undefined);
    await mine?.patch({ step: 3 });
    expect(await store.get(KEY)).toMatchObject({ step: 3, fence: 1 });
    await mine?.remove();
    expect(await store.get(KEY)).toBeUndefined();
    await expect(mine?.patch({ step: 4 })).rejects.toMatchObject({ code: 'busy' });
  });

  it('is kept by renewals, and not lost because one of them failed', async () => {
    const { clock, claim } = await open();
    const mine = await claim('me');
    clock.advance(LEASE_TTL_MS - 1);
    await mine?.renew();
    clock.advance(LEASE_TTL_MS - 1);
    expect(await claim('other')).toBeUndefined();
    expect(await mine?.lossAfter(new Error('disk'))).toBeUndefined();
    clock.advance(2);
    expect(await mine?.lossAfter(new Error('disk'))).toMatchObject({ code: 'busy' });
  });
});
