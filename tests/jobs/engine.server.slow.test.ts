import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { CaptureQueue } from '#lib/jobs/capture-queue.ts';
import { JobEngine } from '#lib/jobs/engine.server.ts';
import {
  candidate,
  DAY_MS,
  endsWith,
  JobBench,
  type KeyedRecord,
  lostAnswer,
  noLook,
} from '../fixtures/fake-provider.ts';
import { HALF_DOLLAR, intentAt } from '../fixtures/records/job-records.ts';

describe('a job', () => {
  it('goes from its intent to a file, a record and a receipt, and leaves no lease', async () => {
    const bench = await JobBench.open();
    const record = await bench.run({ expected: { durationSeconds: 2 } });
    expect(record).toMatchObject({
      status: 'ready',
      taskId: 'task-1',
      requestId: 'request-1',
      localPath: 'k.mp4',
      intent: { attempt: 1, endpoint: 'https://fake.test', estimate: HALF_DOLLAR, request: { prompt: 'a harbour' } },
      receipt: {
        taskId: 'task-1',
        asked: { model: 'm' },
        estimate: HALF_DOLLAR,
        charged: { usd: 0.4 },
        differences: [],
      },
      fence: 1,
    });
    expect(record.videoUrl).toMatch(/^http.*video\.mp4$/);
    expect((await bench.record()).lease).toBeUndefined();
    expect(bench.stages).toEqual(['submitting', 'downloading', 'verifying', 'ready']);
    expect(existsSync(join(bench.folder, 'k.mp4'))).toBe(true);
    expect(bench.ticks.size).toBe(0);
  });

  it('has its intent on record before the request leaves, and its task before the first poll', async () => {
    const bench = await JobBench.open();
    const { onSubmit, onRead } = bench.provider;
    bench.provider.onSubmit = async (nth) => {
      expect(await bench.record()).toMatchObject({ status: 'generating', intent: { attempt: 1 }, lease: { fence: 1 } });
      expect((await bench.record()).taskId).toBeUndefined();
      return onSubmit(nth);
    };
    bench.provider.onRead = async (taskId, options) => {
      expect(await bench.record()).toMatchObject({ taskId: 'task-1', submittedAt: expect.any(String) });
      return onRead(taskId, options);
    };
    await bench.run();
    expect(bench.provider.submitted).toEqual([{ prompt: 'a harbour' }]);
  });

  it('sends nothing when its intent cannot be stored', async () => {
    const bench = await JobBench.open();
    const broken = new JobEngine<KeyedRecord>({
      store: {
        ...bench.store,
        update: (key, mutate, needs) => {
          const full: typeof mutate = (current, step) => {
            const next = mutate(current, step);
            if (next?.intent && !current?.intent) throw new ReelError('disk-full', 'no space');
            return next;
          };
          return bench.store.update(key, full, needs);
        },
      },
    });
    await expect(broken.run(bench.job(), { clock: bench.clock })).rejects.toMatchObject({
      code: 'disk-full',
      billable: 'no',
    });
    expect(bench.provider.submitted).toEqual([]);
  });

  it('is not run for a key that another record makes unusable', async () => {
    const bench = await JobBench.open();
    const assertUsable = () => {
      throw new ReelError('invalid-input', 'the file name is taken');
    };
    await expect(bench.run({ assertUsable })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(bench.store.listSync()).toEqual([]);
  });

  it('keeps a request in its record only when it is small', async () => {
    const bench = await JobBench.open();
    const record = await bench.run({ request: { prompt: 'x'.repeat(70_000) } });
    expect(record.intent).not.toHaveProperty('request');
    expect(record.intent?.requestHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('cannot be submitted from a record that does not hold its whole request', async () => {
    const bench = await JobBench.open();
    await expect(bench.run({ canSubmit: false })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(bench.provider.submitted).toEqual([]);
  });

  it('joins the work that is under way in this process', async () => {
    const bench = await JobBench.open();
    const [first, second] = await Promise.all([bench.run(), bench.run()]);
    expect(second).toEqual(first);
    expect(bench.provider.submitted).toHaveLength(1);
  });
});

describe('what a job finds', () => {
  const ready = { status: 'ready', taskId: 'task-0', localPath: 'k.mp4' } as const;

  it('a finished file: that is the answer', async () => {
    const bench = await JobBench.open();
    const made = await bench.run();
    expect(await bench.run()).toEqual(made);
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('a finished record whose file is gone: fetched again while the link lives, bought again after', async () => {
    const bench = await JobBench.open();
    await bench.given({ ...ready, intent: intentAt(bench.iso()), expiresAt: bench.iso(-1000) });
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-0' });
    rmSync(join(bench.folder, 'k.mp4'));
    await bench.clock.advance(2000);
    // By our clock its time is over; the provider has the last word, and it still has the film.
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-0' });
    expect(bench.provider.submitted).toEqual([]);
    rmSync(join(bench.folder, 'k.mp4'));
    bench.provider.onRead = async (taskId) =>
      taskId === 'task-0' ? { taskId, phase: 'unknown', assets: [] } : bench.provider.succeeded(taskId);
    expect(await bench.run()).toMatchObject({
      taskId: 'task-1',
      history: [{ outcome: 'delivered', taskId: 'task-0' }],
    });
  });

  it('a running task: finished, not bought, even with force', async () => {
    const bench = await JobBench.open();
    await bench.given({ taskId: 'task-0', intent: intentAt(bench.iso()) });
    expect(await bench.run({ force: true })).toMatchObject({ status: 'ready', taskId: 'task-0' });
    expect(bench.provider.submitted).toEqual([]);
  });

  it.each([
    ['a task that failed', { status: 'failed', errorCode: 'rejected' }, 'failed'],
    ['a task that expired', { status: 'failed', errorCode: 'expired' }, 'expired'],
    [
      'a task that the provider stopped',
      { status: 'failed', errorCode: 'aborted', canceledAt: '2026-11-20T00:00:00Z', cancelConfirmed: true },
      'canceled',
    ],
  ] as const)('%s: bought anew', async (_name, fields, outcome) => {
    const bench = await JobBench.open();
    await bench.given({ ...fields, taskId: 'task-0', intent: intentAt(bench.iso()) });
    const record = await bench.run();
    expect(record).toMatchObject({ status: 'ready', taskId: 'task-1', history: [{ outcome, taskId: 'task-0' }] });
    expect(record.canceledAt).toBeUndefined();
    expect(record.errorCode).toBeUndefined();
  });

  it('a task that was cancelled but ran on: taken up again', async () => {
    const bench = await JobBench.open();
    await bench.given({
      status: 'failed',
      errorCode: 'aborted',
      canceledAt: bench.iso(),
      cancelConfirmed: false,
      taskId: 'task-0',
      intent: intentAt(bench.iso()),
    });
    const record = await bench.run();
    expect(record).toMatchObject({ status: 'ready', taskId: 'task-0' });
    expect(record.canceledAt).toBeUndefined();
  });

  it('a task made at another service: never asked for here', async () => {
    const bench = await JobBench.open();
    await bench.given({ taskId: 'task-0', intent: intentAt(bench.iso(), { endpoint: 'https://elsewhere.test' }) });
    await expect(bench.run()).rejects.toMatchObject({
      code: 'config',
      taskId: 'task-0',
      message: expect.stringContaining('elsewhere.test'),
    });
    expect(await bench.record()).toMatchObject({ taskId: 'task-0', errorCode: 'config' });
  });
});

describe('a refused submission', () => {
  it('is closed as free, and nothing is left unknown', async () => {
    const bench = await JobBench.open();
    const { onSubmit } = bench.provider;
    bench.provider.onSubmit = async () => {
      throw new ReelError('quota', 'no money left');
    };
    await expect(bench.run()).rejects.toMatchObject({ code: 'quota', billable: 'no' });
    const record = await bench.record();
    expect(record).toMatchObject({
      status: 'failed',
      errorCode: 'quota',
      history: [{ outcome: 'refused', note: 'no money left' }],
    });
    expect(record.intent).toBeUndefined();
    expect(record.retries).toBeUndefined();
    expect(bench.provider.queries).toEqual([]);
    bench.provider.onSubmit = onSubmit;
    expect(await bench.run()).toMatchObject({ status: 'ready', intent: { attempt: 1 } });
  });
});

describe('a budget', () => {
  it('of zero refuses before anything is sent', async () => {
    const bench = await JobBench.open();
    await expect(bench.run({}, { budgetUsd: 0 })).rejects.toMatchObject({ code: 'budget', billable: 'no' });
    expect(bench.provider.submitted).toEqual([]);
    expect(await bench.record()).toMatchObject({ status: 'failed', errorCode: 'budget' });
    expect((await bench.record()).intent).toBeUndefined();
  });

  it('counts what this run has submitted, and what answers got lost', async () => {
    const bench = await JobBench.open();
    bench.provider.onSubmit = async (nth) => {
      if (nth === 1) throw lostAnswer();
      return { taskId: `task-${nth}` };
    };
    bench.provider.onFind = async () => [candidate('found')];
    await bench.run({}, { budgetUsd: 1 });
    await bench.run({ key: 'second' }, { budgetUsd: 1 });
    await expect(bench.run({ key: 'third' }, { budgetUsd: 1 })).rejects.toMatchObject({ code: 'budget' });
    expect(bench.provider.submitted).toHaveLength(2);
  });

  it('still counts what this run has spent when midnight has passed, and no longer when a day has', async () => {
    const bench = await JobBench.open();
    await bench.clock.advance(12 * 3_600_000);
    await bench.run({}, { budgetUsd: 0.5 });
    await bench.clock.advance(13 * 3_600_000);
    await expect(bench.run({ key: 'second' }, { budgetUsd: 0.5 })).rejects.toMatchObject({ code: 'budget' });
    // A server runs for weeks.
    await bench.clock.advance(12 * 3_600_000);
    expect(await bench.run({ key: 'second' }, { budgetUsd: 0.5 })).toMatchObject({ status: 'ready' });
  });

  it('is given back for a submission that was not accepted', async () => {
    const bench = await JobBench.open();
    bench.provider.onSubmit = async (nth) => {
      if (nth === 1) throw lostAnswer();
      return { taskId: `task-${nth}` };
    };
    expect(await bench.run({}, { budgetUsd: 0.6, settleWindowMs: 10 })).toMatchObject({ status: 'ready' });
  });

  it('is given back for a task that failed, which is not billed', async () => {
    const bench = await JobBench.open();
    bench.provider.onRead = async (taskId) => {
      if (taskId !== 'task-1') return bench.provider.succeeded(taskId);
      return endsWith(taskId, new ReelError('provider-failed', 'failed'));
    };
    await bench.run({}, { budgetUsd: 0.5 }).catch(() => {});
    expect(await bench.run({ key: 'second' }, { budgetUsd: 0.5 })).toMatchObject({ status: 'ready' });
  });

  it('is that of the day on which the submission is written down', async () => {
    const bench = await JobBench.open();
    const midnightMs = Math.ceil(bench.clock.now() / DAY_MS + 1) * DAY_MS;
    bench.clock.set(midnightMs - 100);
    const { update } = bench.store;
    let updates = 0;
    // The store is waited for over midnight, between the claim and the intent.
    bench.store.update = (key, change, needs) => {
      updates += 1;
      if (updates === 2) bench.clock.set(midnightMs + 100);
      return update.call(bench.store, key, change, needs);
    };
    expect((await bench.run({}, { budgetUsd: 0.5 })).intent?.at).toBe(new Date(midnightMs + 100).toISOString());
  });

  it('does not count a refused submission', async () => {
    const bench = await JobBench.open();
    bench.provider.onSubmit = async (nth) => {
      if (nth === 1) throw new ReelError('quota', 'not now');
      return { taskId: `task-${nth}` };
    };
    await bench.run({}, { budgetUsd: 0.5 }).catch(() => {});
    expect(await bench.run({}, { budgetUsd: 0.5 })).toMatchObject({ status: 'ready' });
  });

  it('refuses an unknown price', async () => {
    const bench = await JobBench.open();
    await expect(bench.run({ estimate: { usd: null, units: 5 } }, { budgetUsd: 100 })).rejects.toMatchObject({
      code: 'budget',
    });
    expect(bench.provider.submitted).toEqual([]);
  });

  it('that refuses a forced purchase leaves the finished video as it is', async () => {
    const bench = await JobBench.open();
    const made = await bench.run();
    await expect(bench.run({ force: true }, { budgetUsd: 0 })).rejects.toMatchObject({ code: 'budget' });
    expect(await bench.record()).toEqual(made);
    expect(await bench.run()).toEqual(made);
  });

  it('does not stand in the way of what is paid already', async () => {
    const bench = await JobBench.open();
    await bench.given({ taskId: 'task-0', intent: intentAt(bench.iso()) });
    expect(await bench.run({}, { budgetUsd: 0 })).toMatchObject({ status: 'ready', taskId: 'task-0' });
  });
});

describe('a key that another process holds', () => {
  const leaseOf = (bench: JobBench, owner = 'them', ttlMs = 60_000) => ({
    owner,
    fence: 4,
    expiresAt: bench.iso(-ttlMs),
  });

  it('is busy for one who will not wait', async () => {
    const bench = await JobBench.open();
    await bench.given({ lease: leaseOf(bench), taskId: 'task-0' });
    await expect(bench.run({}, { ifBusy: 'fail' })).rejects.toMatchObject({ code: 'busy', retryable: true });
    expect((await bench.record()).lease).toMatchObject({ owner: 'them' });
  });

  it('is waited for, and what the other one made is the answer, even with force', async () => {
    const bench = await JobBench.open();
    await bench.given({ lease: leaseOf(bench) });
    const theirs = { status: 'ready', taskId: 'theirs', lease: undefined } as const;
    const onEvent = () => void bench.store.update('k', (current) => current && { ...current, ...theirs });
    expect(await bench.run({ force: true, hasFile: () => true }, { onEvent })).toMatchObject({ taskId: 'theirs' });
    expect(bench.provider.submitted).toEqual([]);
  });

  it('is taken over at once from a dead process, and from a silent one when its lease has run out', async () => {
    const bench = await JobBench.open();
    bench.dead.add('the dead');
    await bench.given({ lease: leaseOf(bench, 'the dead'), fence: 4, taskId: 'task-0' });
    expect(await bench.run()).toMatchObject({ taskId: 'task-0', fence: 5 });
    expect(bench.clock.waits).toEqual([]);
    await bench.store.update(
      'k',
      (current) => current && { ...current, status: 'generating', lease: leaseOf(bench, 'silent', 3000) },
    );
    expect(await bench.run()).toMatchObject({ taskId: 'task-0', fence: 6 });
    expect(bench.clock.waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(3000);
  });

  it('can be given up waiting for', async () => {
    const bench = await JobBench.open();
    await bench.given({ lease: leaseOf(bench) });
    const stop = new AbortController();
    const waiting = bench.run({}, { signal: stop.signal, onEvent: () => stop.abort() });
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  });
});

it('is not given up by force for what an earlier try said of a task that goes on', async () => {
  const bench = await JobBench.open();
  const endsAs = (code: 'expired' | 'timeout') => async (taskId: string) => {
    return noLook(code, `says the provider of ${taskId}`);
  };
  bench.provider.onSubmit = async (nth) => ({ taskId: `task-${nth}`, expiresAt: new Date(bench.clock.now() + DAY_MS) });
  // With a wrong key nothing is known of the task; with the right one it runs.
  bench.provider.onRead = endsAs('expired');
  await expect(bench.run()).rejects.toMatchObject({ code: 'expired' });
  bench.provider.onRead = endsAs('timeout');
  await expect(bench.run()).rejects.toMatchObject({ code: 'timeout' });
  bench.provider.onRead = async (taskId) => bench.provider.succeeded(taskId);
  expect(await bench.run({ force: true })).toMatchObject({ status: 'ready', taskId: 'task-1' });
  expect(bench.provider.submitted).toHaveLength(1);
});

describe('a process that loses its lease', () => {
  it('still tells the task’s id when the store can take neither that nor the heartbeat', async () => {
    const bench = await JobBench.open();
    const full = new ReelError('disk-full', 'no space');
    bench.provider.onSubmit = async () => {
      bench.store.update = () => Promise.reject(full);
      bench.tick();
      return { taskId: 'paid-for' };
    };
    await expect(bench.run()).rejects.toMatchObject({
      taskId: 'paid-for',
      message: expect.stringContaining('paid-for'),
    });
  });

  it('lets go with the task’s id at the next heartbeat, and writes nothing more', async () => {
    const bench = await JobBench.open();
    bench.provider.onRead = (_taskId, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const running = bench.run();
    await expect.poll(async () => (await bench.store.get('k'))?.taskId).toBe('task-1');
    await expect.poll(() => bench.ticks.size).toBeGreaterThan(0);
    const theirs = await bench.store.update(
      'k',
      (current) => current && { ...current, lease: { owner: 'them', fence: 9, expiresAt: bench.iso(-60_000) } },
    );
    bench.tick();
    await expect(running).rejects.toMatchObject({ code: 'busy', taskId: 'task-1', billable: 'maybe' });
    expect(await bench.record()).toEqual(theirs);
  });

  it('does not publish its file', async () => {
    const bench = await JobBench.open();
    const running = bench.run(
      {},
      {
        onEvent: (event) => {
          if (event.kind !== 'progress' || event.progress.stage !== 'verifying') return;
          void bench.store.update(
            'k',
            (current) => current && { ...current, lease: { owner: 'them', fence: 9, expiresAt: bench.iso(-60_000) } },
          );
        },
      },
    );
    await expect(running).rejects.toMatchObject({ code: 'busy' });
    expect(existsSync(join(bench.folder, 'k.mp4'))).toBe(false);
  });
});

describe('stop', () => {
  it('ends all work, lets go of the leases and leaves the tasks to be resumed', async () => {
    const bench = await JobBench.open();
    const { onRead } = bench.provider;
    bench.provider.onRead = (_taskId, { signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new ReelError('aborted', 'stopped'))),
      );
    const running = bench.run();
    await expect.poll(async () => (await bench.store.get('k'))?.taskId).toBe('task-1');
    expect(bench.engine.isRunning('k')).toBe(true);
    await bench.engine.stop();
    await expect(running).rejects.toMatchObject({ code: 'aborted', taskId: 'task-1' });
    expect(await bench.record()).toMatchObject({ status: 'generating', taskId: 'task-1' });
    expect((await bench.record()).lease).toBeUndefined();
    bench.provider.onRead = onRead;
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-1' });
  });
});

describe('CaptureQueue', () => {
  it('runs the earliest deadline first, a bounded number at once', async () => {
    const queue = new CaptureQueue(2);
    const started: string[] = [];
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    let atOnce = 0;
    let most = 0;
    const capture = (name: string) => async () => {
      started.push(name);
      most = Math.max(most, ++atOnce);
      await gate;
      atOnce -= 1;
    };
    const all = [
      queue.add(9, capture('first in')),
      queue.add(8, capture('second in')),
      queue.add(undefined, capture('no deadline')),
      queue.add(3, capture('3')),
      queue.add(1, capture('1')),
      queue.add(2, capture('2')),
    ];
    open();
    await Promise.all(all);
    expect(started).toEqual(['first in', 'second in', '1', '2', '3', 'no deadline']);
    expect(most).toBe(2);
  });
});
