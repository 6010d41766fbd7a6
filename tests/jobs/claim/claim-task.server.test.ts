import { describe, expect, it } from 'vitest';
import { claimTask } from '#lib/jobs/claim/claim-task.server.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { candidate } from '../../fixtures/fake-provider.ts';
import { intentAt, jobRecord, jobRecords } from '../../fixtures/records/job-records.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

const clock = new VirtualClock({ auto: false });
const iso = (laterMs = 0) => new Date(clock.now() + laterMs).toISOString();
const lease = (owner: string, laterMs: number) => ({ owner, fence: 7, expiresAt: iso(laterMs) });
const lost = intentAt(iso(), {
  candidates: [candidate('a'), { ...candidate('b'), submittedAt: iso(5), requestId: 'r' }],
});

async function claim(fields: Partial<JobRecord>, taskId: string, other: Partial<JobRecord> = {}) {
  const store = createMemoryStore({ format: jobRecords });
  await store.update('k', () => jobRecord({ key: 'k', ...fields }));
  await store.update('other', () => jobRecord({ key: 'other', ...other }));
  const before = await store.get('k');
  const isSurelyDead = (owner: string) => owner === 'dead';
  const outcome = await claimTask(store, 'k', taskId, { clock, newOwner: () => 'me', isSurelyDead }).catch(
    (error: unknown) => error,
  );
  return { before, outcome, after: await store.get('k') };
}

describe('claimTask', () => {
  it('takes one of the candidates for the answer that got lost', async () => {
    const { outcome, after } = await claim(
      { status: 'failed', errorCode: 'unknown-outcome', error: 'x', intent: lost },
      'b',
    );
    expect(outcome).toEqual(after);
    expect(after).toMatchObject({
      status: 'generating',
      taskId: 'b',
      submittedAt: iso(5),
      requestId: 'r',
      intent: lost,
    });
    expect(after).not.toHaveProperty('errorCode', 'unknown-outcome');
  });

  it('reopens its own task, also a cancelled one', async () => {
    const { after } = await claim({ status: 'failed', errorCode: 'aborted', taskId: 'a', canceledAt: iso() }, 'a');
    expect(after).toMatchObject({ status: 'generating', taskId: 'a' });
    expect(after?.canceledAt).toBeUndefined();
  });

  it('leaves a finished record as it is', async () => {
    const { before, outcome, after } = await claim({ status: 'ready', taskId: 'a' }, 'a');
    expect([outcome, after]).toEqual([before, before]);
  });

  it.each([
    ['dead', 60_000],
    ['silent', 0],
  ])('takes the lease of a %s process away, so that it cannot go on with it', async (owner, laterMs) => {
    const { after } = await claim({ status: 'generating', taskId: 'a', lease: lease(owner, laterMs) }, 'a');
    expect(after).toMatchObject({ status: 'generating', fence: 7 });
    expect(after?.lease).toBeUndefined();
  });

  it.each<[string, Partial<JobRecord>, Partial<JobRecord>, string]>([
    ['another process works on the record', { intent: lost, lease: lease('them', 60_000) }, {}, 'busy'],
    ['it now belongs to another task', { taskId: 'c', intent: lost }, {}, 'busy'],
    ['the task is no candidate', { intent: intentAt(iso(), { candidates: [] }) }, {}, 'busy'],
    ['another record has taken the candidate', { intent: lost }, { taskId: 'a' }, 'busy'],
    ['the unknown submission was cancelled', { intent: lost, canceledAt: iso() }, {}, 'busy'],
    ['the provider stopped the task', { taskId: 'a', canceledAt: iso(), cancelConfirmed: true }, {}, 'not-found'],
  ])('refuses, and changes nothing, when %s', async (_name, fields, other, code) => {
    const { before, outcome, after } = await claim({ status: 'failed', ...fields }, 'a', other);
    expect(outcome).toMatchObject({ code });
    expect(after).toEqual(before);
  });
});
