import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { JobBench, lostAnswer } from '../../fixtures/fake-provider.ts';

describe('a request', () => {
  it('has the time of its leaving on record before it leaves, each time anew', async () => {
    const bench = await JobBench.open();
    const seen: unknown[] = [];
    bench.provider.beforeLeaving = async ({ beforeSend, onWait }) => {
      seen.push((await bench.record()).intent?.sentAt);
      await beforeSend();
      onWait?.({ attempt: 1, waitMs: 5000, reason: 'too many requests' });
      await bench.clock.wait(5000);
    };
    bench.provider.onSubmit = async () => {
      seen.push((await bench.record()).intent?.sentAt);
      return { taskId: 'task-1' };
    };
    const startedAt = bench.iso();
    await bench.run();
    expect(seen).toEqual([undefined, new Date(Date.parse(startedAt) + 5000).toISOString()]);
    // The wait is told, and that it is over.
    expect(bench.stages.slice(0, 3)).toEqual(['submitting', 'retrying', 'submitting']);
  });

  it('that was not accepted leaves nothing open', async () => {
    const bench = await JobBench.open();
    bench.provider.onSubmit = () => Promise.reject(new ReelError('rejected', 'no', { billable: 'no' }));
    await expect(bench.run()).rejects.toMatchObject({ code: 'rejected', billable: 'no' });
    expect((await bench.record()).intent?.lostAt).toBeUndefined();
  });

  it('whose answer was lost has on record when, and the id of the request', async () => {
    const bench = await JobBench.open();
    bench.provider.lostAnswer = { kind: 'unknowable' };
    bench.provider.onSubmit = async () => {
      await bench.clock.wait(30_000);
      throw lostAnswer('request-7');
    };
    const startedAt = bench.iso();
    await expect(bench.run()).rejects.toMatchObject({ code: 'unknown-outcome' });
    const { intent, requestId } = await bench.record();
    expect([intent?.sentAt, intent?.lostAt, requestId]).toEqual([
      startedAt,
      new Date(Date.parse(startedAt) + 30_000).toISOString(),
      'request-7',
    ]);
  });

  it('that fails with a request that may have arrived is a lost one as well', async () => {
    const bench = await JobBench.open();
    bench.provider.lostAnswer = { kind: 'unknowable' };
    bench.provider.onSubmit = () => Promise.reject(new ReelError('network', 'hung up', { billable: 'maybe' }));
    await expect(bench.run()).rejects.toMatchObject({ code: 'unknown-outcome', billable: 'maybe' });
  });
});
