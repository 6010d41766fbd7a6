import { expect, it } from 'vitest';
import { RunSpending } from '#lib/jobs/spending/run-spending.ts';

const DAY_MS = 86_400_000;

it('a run has spent what it submitted in its last 24 hours, but for what was taken back', () => {
  const spending = new RunSpending();
  spending.add('one', 0, 0.5);
  spending.add('two', 1000, 0.25);
  spending.add('unknown price', 1000, null);
  expect([spending.sumUsd(1000), spending.sumUsd(DAY_MS - 1), spending.sumUsd(DAY_MS)]).toEqual([0.75, 0.75, 0.25]);
  spending.takeBack('two');
  spending.takeBack('never added');
  expect(spending.sumUsd(1000)).toBe(0.5);
});

it('a submission that is counted again counts once', () => {
  const spending = new RunSpending();
  spending.add('one', 0, 0.5);
  spending.add('one', 10, 0.7);
  expect(spending.sumUsd(10)).toBe(0.7);
});
