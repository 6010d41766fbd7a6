import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { JobEngine } from '#lib/jobs/engine.server.ts';
import { unansweredOf } from '#lib/jobs/record/state.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import {
  cancelFromOutside,
  candidate,
  JobBench,
  type KeyedRecord,
  otherProcess,
  outcomeOf,
} from '../../fixtures/fake-provider.ts';

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
    page: (list, query) => bench.store.page(list, query),
    total: (name) => bench.store.total(name),
    totals: (prefix) => bench.store.totals(prefix),
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

describe('an answer that comes when another process has the lease', () => {
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
