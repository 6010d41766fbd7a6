import { describe, expect, it } from 'vitest';
import { dueWarnings } from '#lib/jobs/deliver/deadline-warning.ts';
import { JobEngine } from '#lib/jobs/engine.server.ts';
import { JobBench, noLook } from '../../fixtures/fake-provider.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';

describe('dueWarnings', () => {
  it.each([
    [60, [], []],
    [50, [], [0.5]],
    [49, [0.5], []],
    [10, [0.5], [0.1]],
    [9, [0.5, 0.1], []],
    // A process that starts late tells the urgent one only.
    [5, [], [0.1]],
    [0, [], [0.1]],
  ])('with %i of 100 left and %j told, tells %j', (leftMs, told, expected) => {
    expect(dueWarnings(leftMs, 100, new Set(told))).toEqual(expected);
  });
});

describe('a task that is tried again and again', () => {
  const HOUR_MS = 3_600_000;

  /** Ten hours for a result that cannot be had; `told` tries once more and says which warnings came of it. */
  async function hopeless() {
    const bench = await JobBench.open();
    const intent = intentAt(bench.iso());
    await bench.given({ taskId: 'task-0', expiresAt: bench.iso(-10 * HOUR_MS), submittedAt: bench.iso(), intent });
    bench.provider.onRead = () => noLook('network');
    const told = async (engine = bench.engine) => {
      const fractions: number[] = [];
      const onEvent = (event: { kind: string; warning?: { fractionLeft: number } }) => {
        if (event.warning) fractions.push(event.warning.fractionLeft);
      };
      await engine.run(bench.job(), { clock: bench.clock, every: () => () => {}, onEvent }).catch(() => {});
      return fractions;
    };
    return { bench, told };
  }

  it('is warned of once at each stage, whichever process tries', async () => {
    const { bench, told } = await hopeless();
    expect(await told()).toEqual([]);
    await bench.clock.advance(5 * HOUR_MS);
    expect(await told()).toEqual([0.5]);
    expect(await told()).toEqual([]);
    expect(await told(new JobEngine({ store: bench.store }))).toEqual([]);
    await bench.clock.advance(4 * HOUR_MS);
    expect(await told()).toEqual([0.1]);
    expect(await told()).toEqual([]);
  });

  it('does not keep the next task from being warned of', async () => {
    const { bench, told } = await hopeless();
    await bench.clock.advance(9.5 * HOUR_MS);
    expect(await told()).toEqual([0.1]);
    await bench.store.update('k', (current) => current && { ...current, taskId: 'task-1' });
    expect(await told()).toEqual([0.1]);
  });
});
