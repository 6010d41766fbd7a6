import { describe, expect, it } from 'vitest';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { JobEngine, type RunOptions } from '#lib/jobs/engine.server.ts';
import type { JobEvent } from '#lib/jobs/progress.ts';
import { unansweredOf } from '#lib/jobs/record/state.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { candidate, JobBench, type KeyedRecord } from '../../fixtures/fake-provider.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';

/** What a run ends with: its record, or its error. */
async function outcomeOf(work: Promise<KeyedRecord>): Promise<KeyedRecord | ReelError> {
  return work.catch((error: unknown) => {
    if (isReelError(error)) return error;
    throw error;
  });
}

/** Another process on the same store. */
function otherProcess(bench: JobBench, changes: Parameters<JobBench['job']>[0] = {}, options: RunOptions = {}) {
  const engine = new JobEngine<KeyedRecord>({ store: bench.store });
  const own = { newOwner: () => 'other process', isSurelyDead: (owner: string) => bench.dead.has(owner) };
  return engine.run(bench.job(changes), { clock: bench.clock, every: () => () => {}, ...own, ...options });
}

/** Cancels as `cancelVideo` does it from another process. */
async function cancelFromOutside(bench: JobBench): Promise<void> {
  const canceledAt = bench.iso();
  const change = { canceledAt, status: 'failed', errorCode: 'aborted', lease: undefined } as const;
  await bench.store.update('k', (current) => current && { ...current, ...change });
}

/** The store refuses the given number of writes from the moment in which the provider has answered. */
async function failingAfterAnswer(times: number): Promise<JobBench> {
  const bench = await JobBench.open();
  let left = 0;
  bench.provider.onSubmit = async (nth) => {
    left = nth === 1 ? times : 0;
    return { taskId: `task-${nth}` };
  };
  const store: RecordStore<KeyedRecord> = {
    get: (key) => bench.store.get(key),
    find: (query) => bench.store.find(query),
    count: () => bench.store.count(),
    total: (name) => bench.store.total(name),
    update: async (key, mutate, needs) => {
      if (left === 0) return bench.store.update(key, mutate, needs);
      left -= 1;
      throw new ReelError('disk-full', 'no space left');
    },
  };
  return Object.assign(bench, { engine: new JobEngine<KeyedRecord>({ store }) });
}

describe('the id of a task that was paid for', () => {
  it.each([1, 3, 7])('is written when the store comes back after %i failed writes', async (times) => {
    const bench = await failingAfterAnswer(times);
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-1' });
    expect(bench.provider.submitted).toHaveLength(1);
    expect((await bench.record()).history).toBeUndefined();
  });

  it('is told when the store does not come back, and the next run takes the task up', async () => {
    const bench = await failingAfterAnswer(Number.POSITIVE_INFINITY);
    await expect(bench.run()).rejects.toMatchObject({ code: 'disk', taskId: 'task-1', billable: 'maybe' });
    expect(unansweredOf(await bench.record())).toBeDefined();
    bench.dead.add(bench.owner);
    bench.provider.onFind = async () => [candidate('task-1')];
    expect(await otherProcess(bench)).toMatchObject({ status: 'ready', taskId: 'task-1' });
    expect(bench.provider.submitted).toHaveLength(1);
  });
});

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

  it('brings its task in when the answer comes late, for whoever has the lease by then', async () => {
    const bench = await JobBench.open();
    const answer = Promise.withResolvers<{ taskId: string }>();
    bench.provider.onSubmit = () => answer.promise;
    const first = outcomeOf(bench.run());
    await expect.poll(() => bench.provider.submitted.length).toBe(1);
    await bench.clock.advance(70_000);
    bench.provider.onFind = async () => {
      answer.resolve({ taskId: 'late' });
      await first;
      return [];
    };
    expect(await otherProcess(bench)).toMatchObject({ status: 'ready', taskId: 'late' });
    expect(await first).toMatchObject({ code: 'busy' });
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('leaves its task in the history when the record is about another one by then', async () => {
    const bench = await JobBench.open();
    const answer = Promise.withResolvers<{ taskId: string }>();
    bench.provider.onSubmit = (nth) => (nth === 1 ? answer.promise : Promise.resolve({ taskId: `task-${nth}` }));
    const first = outcomeOf(bench.run());
    await expect.poll(() => bench.provider.submitted.length).toBe(1);
    await bench.clock.advance(120_000);
    await outcomeOf(otherProcess(bench));
    expect(await otherProcess(bench, { force: true })).toMatchObject({ status: 'ready', taskId: 'task-2' });
    answer.resolve({ taskId: 'late' });
    expect(await first).toMatchObject({ code: 'busy', taskId: 'late', billable: 'maybe' });
    const { taskId, status, history } = await bench.record();
    expect({ taskId, status }).toEqual({ taskId: 'task-2', status: 'ready' });
    expect(history).toContainEqual(expect.objectContaining({ taskId: 'late', outcome: 'unknown' }));
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

describe('a video that is cancelled while its submission is on the way', () => {
  it('keeps the id of its task, and that is stopped at the provider', async () => {
    const bench = await JobBench.open();
    bench.provider.onSubmit = async () => {
      await cancelFromOutside(bench);
      return { taskId: 'late' };
    };
    await expect(bench.run()).rejects.toMatchObject({ code: 'aborted', taskId: 'late', billable: 'no' });
    expect(bench.provider.cancelled).toEqual(['late']);
    expect(await bench.record()).toMatchObject({ taskId: 'late', canceledAt: bench.iso(), cancelConfirmed: true });
  });

  it('is about the finished file again that it was to replace', async () => {
    const bench = await JobBench.open();
    const { taskId, localPath } = await bench.run();
    bench.provider.onSubmit = async () => {
      await cancelFromOutside(bench);
      return { taskId: 'late' };
    };
    await expect(bench.run({ force: true })).rejects.toMatchObject({ code: 'aborted', taskId: 'late' });
    const record = await bench.record();
    expect(record).toMatchObject({ status: 'ready', taskId, localPath });
    expect(record).toMatchObject({ history: [{ taskId: 'late', outcome: 'canceled' }] });
    expect(record.previous ?? record.canceledAt).toBeUndefined();
  });

  it('says that it is billed when the provider can stop it no more', async () => {
    const bench = await JobBench.open();
    bench.provider.onSubmit = async () => {
      await cancelFromOutside(bench);
      return { taskId: 'late' };
    };
    bench.provider.cancel = async () => false;
    await expect(bench.run()).rejects.toMatchObject({ code: 'aborted', taskId: 'late', billable: 'maybe' });
    expect(await bench.record()).toMatchObject({ taskId: 'late', cancelConfirmed: false });
  });

  it('says that the provider could not be asked, which leaves open whether the task can be stopped', async () => {
    const bench = await JobBench.open();
    bench.provider.onSubmit = async () => {
      await cancelFromOutside(bench);
      return { taskId: 'late' };
    };
    bench.provider.cancel = async () => {
      throw new ReelError('network', 'The provider was out of reach.');
    };
    const error = await outcomeOf(bench.run());
    expect(error).toMatchObject({ code: 'aborted', taskId: 'late', billable: 'maybe' });
    expect(error).toMatchObject({
      message: expect.stringMatching(/could not be asked.*out of reach.*cancel it again/),
    });
    expect(error).not.toMatchObject({ message: expect.stringMatching(/had begun/) });
    const { taskId, canceledAt, cancelConfirmed } = await bench.record();
    expect({ taskId, canceledAt, cancelConfirmed }).toEqual({ taskId: 'late', canceledAt: bench.iso() });
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
