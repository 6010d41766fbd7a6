import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { abortError } from '#lib/base/clock.ts';
import { type ErrorCode, type ErrorStage, isReelError, ReelError } from '#lib/base/errors.ts';
import { spendingOf } from '#lib/jobs/record/outcome.ts';
import { isUnfinished } from '#lib/jobs/record/state.ts';
import { MOST_RETRIES } from '#lib/jobs/run/retry.ts';
import { endsWith, JobBench, noLook } from '../../fixtures/fake-provider.ts';
import { HALF_DOLLAR, intentAt } from '../../fixtures/records/job-records.ts';

const HOUR_MS = 3_600_000;

function abortedWith(controller: AbortController, signal: AbortSignal): never {
  controller.abort();
  throw abortError(signal);
}

/** A bench whose task was submitted, and of which a look brings nothing but this. */
async function failing(thrown: unknown): Promise<JobBench> {
  const bench = await JobBench.open();
  bench.provider.onRead = async () => {
    if (!isReelError(thrown)) throw thrown;
    return noLook(thrown.code, thrown.message);
  };
  return givenTask(bench);
}

/** A bench whose task has ended so. */
async function failed(failure: ReelError): Promise<JobBench> {
  const bench = await JobBench.open();
  bench.provider.onRead = async (taskId) => endsWith(taskId, failure);
  return givenTask(bench);
}

async function givenTask(bench: JobBench): Promise<JobBench> {
  await bench.given({ taskId: 'task-0', intent: intentAt(bench.iso()), expiresAt: bench.iso(-3_600_000) });
  return bench;
}

describe('a failure after the submission', () => {
  it.each<ErrorCode>(['timeout', 'aborted'])(
    'that only ended the waiting (%s) leaves the record as it is',
    async (code) => {
      const bench = await failing(new ReelError(code, 'enough waited', { billable: 'maybe' }));
      const stopped = new AbortController();
      if (code === 'aborted') bench.provider.onRead = async (_, { signal }) => abortedWith(stopped, signal);
      await expect(bench.run({}, { signal: stopped.signal })).rejects.toMatchObject({
        code,
        taskId: 'task-0',
        billable: 'maybe',
      });
      const record = await bench.record();
      expect(record).toMatchObject({ status: 'generating' });
      expect(record.error).toBeUndefined();
      expect(record.retries).toBeUndefined();
    },
  );

  it.each<[ErrorCode, number | null, number]>([
    ['rejected', 0, 0],
    ['provider-failed', 0, 0],
    ['expired', null, HOUR_MS],
    ['not-found', null, HOUR_MS],
  ])('that is final (%s) leaves a receipt for a claim, charged %j', async (code, usd, laterMs) => {
    const bench = await (usd === null ? failing : failed)(new ReelError(code, 'it is over'));
    await bench.clock.advance(laterMs);
    await expect(bench.run()).rejects.toMatchObject({ code, taskId: 'task-0' });
    expect(await bench.record()).toMatchObject({
      status: 'failed',
      errorCode: code,
      error: 'it is over',
      receipt: {
        taskId: 'task-0',
        estimate: HALF_DOLLAR,
        charged: { usd },
        differences: ['nothing was delivered: it is over'],
      },
    });
  });

  it('that is final keeps in its receipt what was asked, but no query of a link', async () => {
    const bench = await failed(new ReelError('rejected', 'it is over'));
    const request = { prompt: 'a boat', image: 'https://h/me.png?Signature=s3cret' };
    await bench.given({ taskId: 'task-0', intent: { ...intentAt(bench.iso()), request } });
    await expect(bench.run()).rejects.toMatchObject({ code: 'rejected' });
    const { receipt, intent } = await bench.record();
    expect(receipt?.asked).toEqual({ request: { prompt: 'a boat', image: 'https://h/me.png?…' } });
    // Needed where the task has to be looked for.
    expect(intent?.request).toEqual(request);
  });

  it.each<[ErrorCode, ErrorStage | undefined]>([
    ['expired', 'downloading'],
    ['expired', 'generating'],
    ['not-found', 'generating'],
    ['invalid-input', 'generating'],
    ['invalid-input', 'downloading'],
    ['not-a-video', 'verifying'],
    ['auth', 'generating'],
    ['too-large', 'downloading'],
  ])('that says nothing of the task itself (%s, %s) ends nothing before its time is over', async (code, stage) => {
    const bench = await failing(new ReelError(code, 'not found', { stage, billable: 'maybe' }));
    await expect(bench.run()).rejects.toMatchObject({ code, expiresAt: new Date(bench.clock.now() + HOUR_MS) });
    const record = await bench.record();
    expect(isUnfinished(record)).toBe(true);
    expect(record.receipt).toBeUndefined();
    bench.provider.onRead = async (taskId) => bench.provider.succeeded(taskId);
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-0' });
    expect(bench.provider.submitted).toEqual([]);
  });

  it('of the task itself is final whatever its code', async () => {
    const bench = await failed(new ReelError('rate-limited', 'failed: throttled'));
    await expect(bench.run()).rejects.toMatchObject({ code: 'rate-limited' });
    expect(await bench.record()).toMatchObject({ errorCode: 'provider-failed', receipt: { charged: { usd: 0 } } });
    expect(isUnfinished(await bench.record())).toBe(false);
  });

  it('that somebody cancelled the task at the provider ends it, at no cost, and it can be bought anew', async () => {
    const bench = await failed(new ReelError('aborted', 'cancelled in the console'));
    await expect(bench.run()).rejects.toMatchObject({ code: 'aborted', taskId: 'task-0' });
    const record = await bench.record();
    expect(record).toMatchObject({ status: 'failed', cancelConfirmed: true, canceledAt: bench.iso() });
    expect(spendingOf(record)).toMatchObject([{ outcome: 'canceled', usd: 0 }]);
    bench.provider.onRead = async (taskId) => bench.provider.succeeded(taskId);
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-1' });
  });

  it('of the task itself is not called billed; anything else may be', async () => {
    const refused = await failed(new ReelError('rejected', 'refused by moderation'));
    await expect(refused.run()).rejects.toMatchObject({ billable: 'no' });
    const offline = await failing(new ReelError('network', 'offline'));
    await expect(offline.run()).rejects.toMatchObject({
      billable: 'maybe',
      expiresAt: new Date(offline.clock.now() + 3_600_000),
    });
  });

  it('that may pass is counted, and waited after for longer and longer', async () => {
    const bench = await failing(new ReelError('network', 'offline'));
    const waits: number[] = [];
    for (let count = 1; count <= 9; count += 1) {
      await bench.run().catch(() => {});
      const { retries, status, errorCode } = await bench.record();
      expect({ count: retries?.count, status, errorCode }).toEqual({ count, status: 'failed', errorCode: 'network' });
      waits.push(Date.parse(retries?.nextAt ?? '') - bench.clock.now());
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits[0]).toBeGreaterThanOrEqual(15_000);
    expect(waits[8]).toBeLessThanOrEqual(30 * 60_000);
  });

  it('that finds no task at a provider that does not say how long it keeps one is final after some tries', async () => {
    const bench = await failing(new ReelError('not-found', 'no such task'));
    bench.provider.historyMs = undefined;
    await bench.given({ taskId: 'task-0', intent: intentAt(bench.iso()) });
    for (let tries = 1; tries < MOST_RETRIES; tries += 1) await bench.run().catch(() => {});
    expect(isUnfinished(await bench.record())).toBe(true);
    await bench.run().catch(() => {});
    expect(isUnfinished(await bench.record())).toBe(false);
  });

  it('is forgotten once the video is there', async () => {
    const bench = await failing(new ReelError('network', 'offline'));
    await bench.run().catch(() => {});
    bench.provider.onRead = async (taskId) => bench.provider.succeeded(taskId);
    const record = await bench.run();
    expect(record).toMatchObject({ status: 'ready' });
    expect([record.retries, record.error, record.errorCode]).toEqual([undefined, undefined, undefined]);
  });

  it('that nobody foresaw keeps the task', async () => {
    const bench = await failing(new TypeError('x is not a function'));
    await expect(bench.run()).rejects.toMatchObject({
      code: 'network',
      taskId: 'task-0',
      billable: 'maybe',
      message: expect.stringContaining('x is not a function'),
    });
    expect(await bench.record()).toMatchObject({ taskId: 'task-0', retries: { count: 1 } });
  });

  it('is told to the listeners with the task’s id', async () => {
    const bench = await failing(new ReelError('network', 'offline'));
    await bench.run().catch(() => {});
    const progress = {
      stage: 'failed',
      code: 'network',
      error: expect.stringContaining('offline'),
      taskId: 'task-0',
    };
    expect(bench.events.at(-1)).toEqual({ kind: 'progress', progress });
  });

  it('is thrown as it is although it cannot be written down', async () => {
    const bench = await JobBench.open();
    bench.provider.onRead = async () => {
      // Somebody deletes the record under our hands.
      await bench.store.update('k', () => undefined);
      return noLook('network', 'offline');
    };
    await expect(bench.run()).rejects.toMatchObject({ code: 'network', taskId: 'task-1' });
  });
});

it('keeps what a delivered video cost when its lost file cannot be fetched again', async () => {
  const bench = await JobBench.open();
  const made = await bench.run();
  rmSync(join(bench.folder, 'k.mp4'));
  await bench.store.update('k', (current) => current && { ...current, expiresAt: bench.iso(-1000) });
  bench.provider.onRead = async () => {
    await bench.clock.advance(2000);
    throw new ReelError('expired', 'gone');
  };
  await expect(bench.run()).rejects.toMatchObject({ code: 'expired' });
  const record = await bench.record();
  expect(record).toMatchObject({ status: 'failed', errorCode: 'expired' });
  expect(record.receipt?.charged).toEqual(made.receipt?.charged);
});
