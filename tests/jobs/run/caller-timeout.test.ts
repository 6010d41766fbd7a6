import { describe, expect, it } from 'vitest';
import { JobBench, lostAnswer } from '../../fixtures/fake-provider.ts';

const TIMEOUT_MS = 60_000;
const TIMED_OUT = { code: 'timeout', billable: 'maybe', retryable: true };

/** Its task is listed, followed or delivered only after that time. */
async function slowBench(taskMs: number): Promise<JobBench> {
  const bench = await JobBench.open();
  let untilMs: number | undefined;
  bench.provider.onRead = async (taskId) => {
    untilMs ??= bench.clock.now() + taskMs;
    if (bench.clock.now() >= untilMs) return bench.provider.succeeded(taskId);
    return { taskId, phase: 'generating', assets: [], lookAgainAfterMs: 5000 };
  };
  return bench;
}

describe('a caller who waits no longer than it says', () => {
  it('leaves while the provider works, with the task’s id; the task is finished by the next one', async () => {
    const bench = await slowBench(10 * TIMEOUT_MS);
    const startMs = bench.clock.now();
    await expect(bench.run({ timeoutMs: TIMEOUT_MS })).rejects.toMatchObject({ ...TIMED_OUT, taskId: 'task-1' });
    expect(bench.clock.now() - startMs).toBeLessThan(2 * TIMEOUT_MS);
    expect(await bench.record()).toMatchObject({ status: 'generating', taskId: 'task-1' });
    expect((await bench.record()).lease).toBeUndefined();
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-1' });
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('leaves while a lost answer is looked for', async () => {
    const bench = await JobBench.open();
    bench.provider.onSubmit = () => Promise.reject(lostAnswer());
    const startMs = bench.clock.now();
    await expect(bench.run({ timeoutMs: TIMEOUT_MS })).rejects.toMatchObject(TIMED_OUT);
    expect(bench.clock.now() - startMs).toBeLessThan(2 * TIMEOUT_MS);
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('leaves while one list of tasks is waited for', async () => {
    const bench = await JobBench.open();
    bench.provider.onSubmit = () => Promise.reject(lostAnswer());
    const find = async ({ signal }: { signal: AbortSignal }) => {
      await bench.clock.wait(10 * TIMEOUT_MS, signal);
      return [];
    };
    bench.provider.lostAnswer = { kind: 'list', emptyMeans: 'not-accepted', find };
    const startMs = bench.clock.now();
    await expect(bench.run({ timeoutMs: TIMEOUT_MS })).rejects.toMatchObject(TIMED_OUT);
    expect(bench.clock.now() - startMs).toBe(TIMEOUT_MS);
  });

  it('leaves while the provider wants the submission later, and buys nothing after that', async () => {
    const bench = await JobBench.open();
    const { onSubmit } = bench.provider;
    bench.provider.beforeLeaving = async ({ onWait, signal }) => {
      onWait?.({ attempt: 1, waitMs: 10 * TIMEOUT_MS, reason: 'too many requests' });
      await bench.clock.wait(10 * TIMEOUT_MS, signal);
    };
    const startMs = bench.clock.now();
    const left = bench.run({ timeoutMs: TIMEOUT_MS });
    await expect(left).rejects.toMatchObject({ code: 'timeout', billable: 'no', message: /Nothing was bought/ });
    expect(bench.clock.now() - startMs).toBe(TIMEOUT_MS);
    expect(bench.provider.submitted).toEqual([]);
    expect((await bench.record()).intent).toBeUndefined();
    expect(bench.stages).toEqual(['submitting', 'retrying', 'failed']);
    Object.assign(bench.provider, { beforeLeaving: async () => {}, onSubmit });
    expect(await bench.run({ timeoutMs: TIMEOUT_MS })).toMatchObject({ status: 'ready' });
  });

  it('stays when the submission has left after a wait', async () => {
    const bench = await slowBench(10 * TIMEOUT_MS);
    let isCut: boolean | undefined;
    bench.provider.beforeLeaving = async ({ onWait, signal }) => {
      onWait?.({ attempt: 1, waitMs: 1000, reason: 'too many requests' });
      await bench.clock.wait(1000);
      bench.provider.onSubmit = async () => {
        await bench.clock.wait(3 * TIMEOUT_MS);
        isCut = signal.aborted;
        return { taskId: 'paid-for' };
      };
    };
    await expect(bench.run({ timeoutMs: TIMEOUT_MS })).rejects.toMatchObject({ code: 'timeout', taskId: 'paid-for' });
    expect(isCut).toBe(false);
    expect(await bench.record()).toMatchObject({ taskId: 'paid-for', status: 'generating' });
  });

  it('leaves while another process works on it', async () => {
    const bench = await JobBench.open();
    const lease = { owner: 'them', fence: 1, expiresAt: bench.iso(-100_000) };
    await bench.given({ lease });
    const startMs = bench.clock.now();
    await expect(bench.run({ timeoutMs: TIMEOUT_MS })).rejects.toMatchObject({ code: 'timeout' });
    expect(bench.clock.now() - startMs).toBeLessThan(2 * TIMEOUT_MS);
    expect((await bench.record()).lease).toEqual(lease);
  });

  it('leaves the work to whoever has joined it and is more patient', async () => {
    const bench = await slowBench(10 * TIMEOUT_MS);
    const hurried = bench.run({ timeoutMs: TIMEOUT_MS });
    const patient = bench.run();
    await expect(hurried).rejects.toMatchObject({ ...TIMED_OUT, taskId: 'task-1' });
    expect(await patient).toMatchObject({ status: 'ready', taskId: 'task-1' });
  });

  it('leaves work that a more patient one has begun', async () => {
    const bench = await slowBench(10 * TIMEOUT_MS);
    const patient = bench.run();
    await expect(bench.run({ timeoutMs: TIMEOUT_MS })).rejects.toMatchObject(TIMED_OUT);
    expect(await patient).toMatchObject({ status: 'ready' });
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('stays for the end of a submission that is on its way', async () => {
    const bench = await slowBench(10 * TIMEOUT_MS);
    bench.provider.onSubmit = async () => {
      await bench.clock.wait(3 * TIMEOUT_MS);
      return { taskId: 'paid-for' };
    };
    await expect(bench.run({ timeoutMs: TIMEOUT_MS })).rejects.toMatchObject({ code: 'timeout', taskId: 'paid-for' });
    expect(await bench.record()).toMatchObject({ taskId: 'paid-for', status: 'generating' });
  });

  it('is not kept by a clock once the work is done', async () => {
    const bench = await JobBench.open();
    expect(await bench.run({ timeoutMs: TIMEOUT_MS })).toMatchObject({ status: 'ready' });
    expect(bench.clock.pending).toBe(0);
  });
});
