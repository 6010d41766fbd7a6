import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { DAY_MS, JobBench, lostAnswer } from '../../fixtures/fake-provider.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';

const HOUR_MS = 3_600_000;
const refused = () => new ReelError('expired', 'The link is dead: 403.', { stage: 'downloading' });

/** A task of an hour ago, by the provider's time; our clock shows it as `aheadMs` older. */
async function paidTask(aheadMs: number): Promise<JobBench> {
  const bench = await JobBench.open();
  const submittedAt = bench.iso(HOUR_MS + aheadMs);
  const expiresAt = bench.iso(HOUR_MS + aheadMs - DAY_MS);
  await bench.given({ taskId: 'task-0', submittedAt, expiresAt, intent: intentAt(submittedAt) });
  bench.provider.clockAheadMs = () => aheadMs;
  return bench;
}

describe('a clock that is fast', () => {
  it.each([26 * HOUR_MS, 400 * DAY_MS])(
    'by %i ms ends no paid task for one refusal, and nothing is bought',
    async (aheadMs) => {
      const bench = await paidTask(aheadMs);
      bench.provider.onRead = async () => {
        throw refused();
      };
      await expect(bench.run()).rejects.toMatchObject({ code: 'expired', taskId: 'task-0' });
      const { retries, receipt } = await bench.record();
      expect(retries?.nextAt).toBeDefined();
      expect(receipt).toBeUndefined();
      bench.provider.onRead = async (taskId) => bench.provider.succeeded(taskId);
      expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-0' });
      expect(bench.provider.submitted).toEqual([]);
    },
  );

  it('ends a task whose time is over by the provider’s clock, too', async () => {
    const bench = await paidTask(26 * HOUR_MS);
    bench.provider.clockAheadMs = () => 0;
    bench.provider.onRead = async () => {
      throw refused();
    };
    await expect(bench.run()).rejects.toMatchObject({ code: 'expired' });
    expect(await bench.record()).toMatchObject({
      receipt: { differences: [expect.stringMatching(/nothing was delivered/)] },
    });
  });

  it('does not end one when only the provider’s clock says that its time is over', async () => {
    const bench = await paidTask(0);
    bench.provider.clockAheadMs = () => -26 * HOUR_MS;
    bench.provider.onRead = async () => {
      throw refused();
    };
    await expect(bench.run()).rejects.toMatchObject({ code: 'expired' });
    expect((await bench.record()).retries?.nextAt).toBeDefined();
  });

  it('does not buy a finished film again whose file is gone while the provider still has it', async () => {
    const bench = await paidTask(26 * HOUR_MS);
    await bench.run();
    rmSync(join(bench.folder, 'k.mp4'));
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-0' });
    expect(bench.provider.submitted).toEqual([]);
  });

  it.each([
    ['does not know it', async () => Promise.reject(new ReelError('expired', 'unknown task')), 1],
    ['cannot be reached', async () => Promise.reject(new ReelError('network', 'down')), 0],
  ])('buys it again only when the provider answers: it %s', async (_name, onRead, bought) => {
    const bench = await paidTask(26 * HOUR_MS);
    await bench.run();
    rmSync(join(bench.folder, 'k.mp4'));
    bench.provider.onRead = onRead;
    await bench.run().catch(() => {});
    expect(bench.provider.submitted).toHaveLength(bought);
  });
});

describe('a clock that is set forward', () => {
  it('while the task of a lost answer is looked for does not make it “not accepted”', async () => {
    const bench = await JobBench.open();
    const looks: number[] = [];
    let setForwardMs = 0;
    bench.provider.onSubmit = async () => Promise.reject(lostAnswer());
    bench.provider.onFind = async (nth) => {
      looks.push(bench.clock.now() - setForwardMs);
      if (nth === 1) {
        setForwardMs = 5 * HOUR_MS;
        bench.clock.set(bench.clock.now() + setForwardMs);
      }
      const isListed = (looks.at(-1) ?? 0) - (looks[0] ?? 0) >= 60_000;
      return isListed ? [{ taskId: 'late', isCertain: true, submittedAt: bench.iso(setForwardMs) }] : [];
    };
    const outcome = await bench.run().catch((error: unknown) => error);
    expect(bench.provider.submitted).toHaveLength(1);
    expect(outcome).toMatchObject({ taskId: 'late' });
  });
});
