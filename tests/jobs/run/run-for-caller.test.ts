import { expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import type { JobProgress } from '#lib/jobs/progress.ts';
import { type CallerOptions, runForCaller } from '#lib/jobs/run/run-for-caller.ts';
import type { RunOptions } from '#lib/jobs/run/run-options.ts';
import { JobBench } from '../../fixtures/fake-provider.ts';

const SETTINGS = { budgetUsd: 5, pollIntervalMs: 100 };

/** What an engine is given, and hands back. */
async function runWith(options: CallerOptions, onProgress?: (progress: JobProgress) => void, failure?: Error) {
  const bench = await JobBench.open();
  const given: RunOptions[] = [];
  const engine = {
    run: async (
      job: { seed(nowIso: string): ReturnType<ReturnType<typeof bench.job>['seed']> },
      run: RunOptions = {},
    ) => {
      given.push(run);
      if (failure) throw failure;
      run.onEvent?.({ kind: 'progress', progress: { stage: 'ready', localPath: 'a.mp4', sizeBytes: 1 } });
      return job.seed('2026-01-01T00:00:00.000Z');
    },
  };
  const record = runForCaller(bench.job(), options, { engine, settings: SETTINGS, onProgress });
  return { record, given };
}

it.each([
  [{}, { budgetUsd: 5, pollIntervalMs: 100 }],
  [
    { budgetUsd: 0, pollIntervalMs: 7 },
    { budgetUsd: 0, pollIntervalMs: 7 },
  ],
  [
    { ifBusy: 'fail', leaseTtlMs: 9 },
    { ifBusy: 'fail', leaseTtlMs: 9, budgetUsd: 5 },
  ],
] as const)('the caller’s %j come before the settings', async (options, expected) => {
  const { record, given } = await runWith(options);
  await record;
  expect(given).toMatchObject([expected]);
});

it('a callback that throws does not break the work', async () => {
  const seen: string[] = [];
  const { record } = await runWith({}, ({ stage }) => {
    seen.push(stage);
    throw new Error('of the caller');
  });
  expect(await record).toBeDefined();
  expect(seen).toEqual(['ready']);
});

it('a refusal by the budget says where the budget is set, and no other error does', async () => {
  const over = await runWith({}, undefined, new ReelError('budget', 'Over the budget.'));
  await expect(over.record).rejects.toMatchObject({
    code: 'budget',
    message: expect.stringMatching(/WANX_BUDGET_USD/),
  });
  const bench = await JobBench.open();
  const engine = { run: () => Promise.reject(new ReelError('budget', 'Over the budget.')) };
  const context = { engine, settings: SETTINGS, onProgress: undefined, budgetAdvice: 'Set it elsewhere.' };
  await expect(runForCaller(bench.job(), {}, context)).rejects.toThrow('Over the budget. Set it elsewhere.');
  const other = new ReelError('network', 'No network.');
  await expect((await runWith({}, undefined, other)).record).rejects.toBe(other);
});
