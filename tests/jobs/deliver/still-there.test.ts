import { expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { JobBench } from '../../fixtures/fake-provider.ts';

it('a finished file that the disk does not show is neither bought nor fetched again', async () => {
  const bench = await JobBench.open();
  const made = await bench.run();
  const hasFile = () => {
    throw new ReelError('disk-denied', 'not allowed to look');
  };
  await expect(bench.run({ hasFile })).rejects.toMatchObject({ code: 'disk-denied', billable: 'no' });
  expect(await bench.record()).toEqual(made);
  expect(bench.provider.submitted).toHaveLength(1);
});
