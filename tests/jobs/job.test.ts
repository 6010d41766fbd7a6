import { expect, it } from 'vitest';
import { reportAndWait } from '#lib/jobs/job.ts';
import { JobBench } from '../fixtures/fake-provider.ts';

it('a retry is told before it is waited for, and the wait ends at the signal', async () => {
  const { clock } = new JobBench();
  const events: unknown[] = [];
  const run = { emit: (event: unknown) => void events.push(event), environment: { clock } } as never;
  const retry = { attempt: 2, waitMs: 5000, reason: 'busy' };
  await reportAndWait(run, retry);
  expect(events).toEqual([{ kind: 'progress', progress: { stage: 'retrying', ...retry } }]);
  expect(clock.waits).toEqual([5000]);
  await expect(reportAndWait(run, retry, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  expect(events).toHaveLength(2);
});
