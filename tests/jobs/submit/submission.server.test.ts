import { describe, expect, it } from 'vitest';
import type { JobEvent } from '#lib/jobs/progress.ts';
import { unansweredOf } from '#lib/jobs/record/state.ts';
import {
  cancelFromOutside,
  JobBench,
  type KeyedRecord,
  otherProcess,
  outcomeOf,
} from '../../fixtures/fake-provider.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';

describe('a process that is held up between its intent and its request', () => {
  it('sends nothing once another one has the lease, and withdraws its intent, so that the other one may', async () => {
    const bench = await JobBench.open();
    const upload = Promise.withResolvers<void>();
    const uploading = Promise.withResolvers<void>();
    bench.provider.beforeLeaving = async () => {
      bench.provider.beforeLeaving = async () => {};
      uploading.resolve();
      await upload.promise;
    };
    const first = outcomeOf(bench.run());
    await uploading.promise;
    await bench.clock.advance(120_000);
    bench.provider.onFind = async () => {
      // The first goes on while the second looks for its task.
      upload.resolve();
      await first;
      return [];
    };
    expect(await otherProcess(bench)).toMatchObject({ status: 'ready', taskId: 'task-1' });
    expect(await first).toMatchObject({ code: 'busy' });
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('is not given up on as long as it may live: it might send its request when it goes on', async () => {
    const bench = await JobBench.open();
    const { promise: stopped } = Promise.withResolvers<never>();
    bench.provider.onSubmit = async (nth) => (nth === 1 ? stopped : { taskId: `task-${nth}` });
    void bench.run();
    await expect.poll(() => bench.provider.submitted.length).toBe(1);
    await bench.clock.advance(120_000);
    await expect(otherProcess(bench)).rejects.toMatchObject({
      code: 'unknown-outcome',
      billable: 'maybe',
      message: expect.stringContaining('may still be running'),
    });
    expect(bench.provider.submitted).toHaveLength(1);
    bench.dead.add(bench.owner);
    expect(await otherProcess(bench)).toMatchObject({ status: 'ready', taskId: 'task-2' });
  });
});

describe('whoever wants to stop before the request has left', () => {
  it('buys nothing, and leaves nothing in doubt', async () => {
    const bench = await JobBench.open();
    const stop = new AbortController();
    bench.provider.beforeLeaving = async () => stop.abort();
    await expect(bench.run({}, { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted', billable: 'no' });
    expect(bench.provider.submitted).toEqual([]);
    expect(unansweredOf(await bench.record())).toBeUndefined();
  });

  it('by cancelling from another process buys nothing either', async () => {
    const bench = await JobBench.open();
    bench.provider.beforeLeaving = () => cancelFromOutside(bench);
    await expect(bench.run()).rejects.toMatchObject({ code: 'aborted' });
    expect(bench.provider.submitted).toEqual([]);
    expect(await bench.record()).toMatchObject({ canceledAt: bench.iso(), cancelConfirmed: true });
    bench.provider.beforeLeaving = async () => {};
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-1' });
  });
});

describe('a video that is cancelled while another process waits for it', () => {
  it('is not bought by the one that waits', async () => {
    const bench = await JobBench.open();
    const lease = () => ({ owner: 'a third', fence: 4, expiresAt: bench.iso(-60_000) });
    await bench.given({ taskId: 'task-0', intent: intentAt(bench.iso()), lease: lease(), fence: 4 });
    // Its holder lives, and has a heartbeat.
    const renewed = (current?: KeyedRecord) => (current?.lease ? { ...current, lease: lease() } : current);
    const onEvent = (event: JobEvent) => {
      bench.events.push(event);
      void bench.store.update('k', renewed);
    };
    const waiting = outcomeOf(bench.run({}, { onEvent }));
    await expect.poll(() => bench.stages).toContain('queued');
    await cancelFromOutside(bench);
    await bench.store.update('k', (current) => current && { ...current, cancelConfirmed: true });
    await bench.clock.advance(1000);
    expect(await waiting).toMatchObject({ code: 'aborted' });
    expect(bench.provider.submitted).toEqual([]);
    expect((await bench.record()).canceledAt).toBeDefined();
  });
});

describe('a job that only resumes', () => {
  it('leaves a cancelled video cancelled', async () => {
    const bench = await JobBench.open();
    const canceledAt = bench.iso();
    await bench.given({ taskId: 'task-0', intent: intentAt(bench.iso()), canceledAt, status: 'failed' });
    await expect(bench.run({ resumesOnly: true })).rejects.toMatchObject({ code: 'aborted' });
    expect(await bench.record()).toMatchObject({ canceledAt });
  });

  it('buys nothing when there is nothing left to fetch', async () => {
    const bench = await JobBench.open();
    const over = { status: 'failed', errorCode: 'rejected', taskId: 'task-0' } as const;
    await bench.given({ ...over, intent: intentAt(bench.iso()) });
    await expect(bench.run({ resumesOnly: true })).rejects.toMatchObject({ code: 'expired', taskId: 'task-0' });
    expect(bench.provider.submitted).toEqual([]);
    expect(await bench.record()).toMatchObject(over);
  });
});
