import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isReelError } from '#lib/base/errors.ts';
import { JobEngine } from '#lib/jobs/engine.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { JobBench, type KeyedRecord, lostAnswer } from '../../fixtures/fake-provider.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';
import { remoteStore } from '../../fixtures/records/remote-store.ts';

const EARLIER = '2026-11-20T10:00:00.000Z';
const EXPIRED = '2026-11-20T10:01:00.000Z';

/** What becomes of the record while somebody works on it. */
type Harm = (current: KeyedRecord | undefined, bench: JobBench) => KeyedRecord | undefined;

const bare = (bench: JobBench, fields: Partial<KeyedRecord>): KeyedRecord => ({
  ...{ id: 'k', status: 'pending', createdAt: bench.iso() },
  ...fields,
});

const GONE: Harm = () => undefined;
const HARMS: Record<string, Harm> = {
  'is deleted': GONE,
  'is from before the order': (_current, bench) => bare(bench, {}),
  'is an older finished film': (_current, bench) =>
    bare(bench, { status: 'ready', taskId: 'old', intent: intentAt(EARLIER, { sentAt: EARLIER }), fence: 1 }),
  'shows another task under way': (_current, bench) =>
    bare(bench, { status: 'generating', taskId: 'old', intent: intentAt(EARLIER, { sentAt: EARLIER }), fence: 1 }),
  'shows a cancelled one': (_current, bench) =>
    bare(bench, { status: 'failed', taskId: 'old', canceledAt: EARLIER, intent: intentAt(EARLIER), fence: 1 }),
  'has the lease of a dead process': (_current, bench) =>
    bare(bench, { taskId: 'old', intent: intentAt(EARLIER), lease: { owner: 'dead', fence: 1, expiresAt: EXPIRED } }),
  'has no task yet': (current) => current && { ...current, taskId: undefined, submittedAt: undefined },
  'has no lease any more': (current) => current && { ...current, lease: undefined },
  'was marked failed by hand': (current) =>
    current && { ...current, status: 'failed', errorCode: 'rejected', error: 'x', lease: undefined },
};

/** Lets the record come to harm, once, when the moment has come. */
type Moment = (bench: JobBench, harm: () => Promise<void>) => void;

const MOMENTS: Record<string, Moment> = {
  'the request is in flight': (bench, harm) => {
    bench.provider.onSubmit = async (nth) => {
      await harm();
      return { taskId: `task-${nth}` };
    };
  },
  'the request is in flight, and the heart beats': (bench, harm) => {
    bench.provider.onSubmit = async (nth) => {
      await harm();
      bench.tick();
      await settled(bench);
      return { taskId: `task-${nth}` };
    };
  },
  'the task is looked at': (bench, harm) => {
    bench.provider.onRead = async (taskId) => {
      await harm();
      return bench.provider.succeeded(taskId);
    };
  },
  'the task is looked at, and the heart beats': (bench, harm) => {
    bench.provider.onRead = async (taskId) => {
      await harm();
      bench.tick();
      await settled(bench);
      return bench.provider.succeeded(taskId);
    };
  },
  'the facts of the file are put on record': (bench, harm) => beforeUpdate(bench, harm, isDownloaded),
  'the file is put in place': (bench, harm) => beforeUpdate(bench, harm, (record) => record?.captured !== undefined),
  'the file is in place, and not on record yet': (bench, harm) =>
    beforeUpdate(bench, harm, () => existsSync(join(bench.folder, 'k.mp4'))),
};

function isDownloaded(_record: KeyedRecord | undefined, bench: JobBench): boolean {
  return bench.stages.includes('verifying');
}

/** Harms the record just before the first update at which `isDue`. */
function beforeUpdate(
  bench: JobBench,
  harm: () => Promise<void>,
  isDue: (record: KeyedRecord | undefined, bench: JobBench) => boolean,
): void {
  const { store } = bench;
  let isDone = false;
  const harmed: RecordStore<KeyedRecord> = {
    ...remoteStore(store),
    update: async (key, mutate, needs) => {
      const record = await store.get(key);
      if (!isDone && isDue(record, bench)) {
        isDone = true;
        await harm();
      }
      return store.update(key, mutate, needs);
    },
  };
  Object.assign(bench, { engine: new JobEngine<KeyedRecord>({ store: harmed }) });
}

/** What the heartbeat has begun is written. */
async function settled(bench: JobBench): Promise<void> {
  await bench.store.update('nobody', () => undefined);
  await new Promise((resolve) => setImmediate(resolve));
}

async function harmRecord(bench: JobBench, harm: Harm): Promise<void> {
  await bench.store.update('k', (current) => harm(current, bench));
}

const cases = Object.entries(MOMENTS).flatMap(([moment, arrange]) =>
  Object.entries(HARMS).map(([name, harm]) => ({ moment, name, arrange, harm })),
);

describe('a record that was paid for', () => {
  it.each(cases)('$name when $moment: it is written again, and the work goes on', async ({ arrange, harm }) => {
    const bench = await JobBench.open();
    let fenceBefore = 0;
    arrange(bench, async () => {
      fenceBefore = (await bench.record()).lease?.fence ?? 0;
      await harmRecord(bench, harm);
    });
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-1', receipt: { taskId: 'task-1' } });
    expect(fenceBefore).toBeGreaterThan(0);
    const record = await bench.record();
    expect(record).toMatchObject({ status: 'ready', taskId: 'task-1', intent: { requestHash: expect.any(String) } });
    expect(record).not.toMatchObject({ canceledAt: expect.anything() });
    expect(record.error).toBeUndefined();
    expect(record.lease).toBeUndefined();
    expect(record.fence).toBeGreaterThanOrEqual(fenceBefore);
    expect(bench.provider.submitted).toHaveLength(1);
    // A task that only the other copy knew is not lost either.
    const harmed = harm(bare(bench, {}), bench);
    if (harmed?.taskId === 'old') {
      expect(record.history).toMatchObject([
        { taskId: 'old', note: expect.stringContaining('task old may be paid for') },
      ]);
    }
  });

  it.each(Object.entries(HARMS))(
    '%s while its answer is lost: it is settled, and not bought again',
    async (_name, harm) => {
      const bench = await JobBench.open();
      bench.provider.onSubmit = async () => {
        await harmRecord(bench, harm);
        throw lostAnswer();
      };
      bench.provider.onFind = async () => [{ taskId: 'found', isCertain: true }];
      expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'found' });
      expect(bench.provider.submitted).toHaveLength(1);
    },
  );

  it('is written again by whoever takes an unfinished one up', async () => {
    const bench = await JobBench.open();
    await bench.given({ taskId: 'task-1', intent: intentAt(bench.iso(), { sentAt: bench.iso() }) });
    bench.provider.onRead = async (taskId) => {
      await harmRecord(bench, GONE);
      return bench.provider.succeeded(taskId);
    };
    expect(await bench.run({ resumesOnly: true })).toMatchObject({ status: 'ready', taskId: 'task-1' });
    expect(bench.provider.submitted).toEqual([]);
  });

  it('keeps the film that it was to replace, and what others have written into the copy', async () => {
    const bench = await JobBench.open();
    await bench.run();
    bench.provider.onRead = async (taskId) => {
      if (taskId === 'task-2') {
        await harmRecord(bench, (current) => current && { ...bare(bench, current.previous ?? {}), theirs: 1 });
        void bench.engine.abort('k', new Error('stopped'));
      }
      return bench.provider.succeeded(taskId);
    };
    const stopped = bench.run({ force: true });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    expect(await bench.record()).toMatchObject({ taskId: 'task-2', theirs: 1, previous: { taskId: 'task-1' } });
    expect((await bench.record()).history?.filter(({ taskId }) => taskId === 'task-1')).toHaveLength(1);
  });

  it('is written again while its finished file is fetched once more', async () => {
    const bench = await JobBench.open();
    await bench.run();
    bench.provider.onRead = async (taskId) => {
      await harmRecord(bench, GONE);
      return bench.provider.succeeded(taskId);
    };
    await bench.engine.fetchAgain(bench.job(), 'task-1', { clock: bench.clock });
    expect(await bench.record()).toMatchObject({ status: 'ready', taskId: 'task-1', receipt: { taskId: 'task-1' } });
  });
});

describe('a record for which nothing was sent yet', () => {
  it.each(Object.entries(HARMS))(
    '%s: nothing is bought, and nobody is said to have taken over',
    async (_name, harm) => {
      const bench = await JobBench.open();
      bench.provider.beforeLeaving = async () => {
        await harmRecord(bench, harm);
      };
      const error: unknown = await bench.run().catch((thrown: unknown) => thrown);
      // Only the lease is missing here, or a task that there is none of yet.
      if (!isReelError(error)) return expect((await bench.record()).taskId).toBe('task-1');
      expect(error).toMatchObject({
        code: 'store-corrupt',
        billable: 'no',
        message: expect.stringContaining('Nothing was bought'),
      });
      expect(error.message).not.toContain('Another process');
      expect(bench.provider.submitted).toEqual([]);
    },
  );

  it.each([
    ['removed', GONE],
    ['replaced', HARMS['shows another task under way'] ?? GONE],
  ])('ends the waiting for a turn when it is found %s by the heartbeat', async (what, harm) => {
    const bench = await JobBench.open();
    bench.provider.beforeLeaving = async ({ signal }) => {
      await harmRecord(bench, harm);
      bench.tick();
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    await expect(bench.run()).rejects.toMatchObject({ code: 'store-corrupt', message: expect.stringContaining(what) });
    expect(bench.provider.submitted).toEqual([]);
  });

  it('is not sent for again after a "too many requests", while another copy shows a task under way', async () => {
    const bench = await JobBench.open();
    bench.provider.beforeLeaving = async ({ beforeSend, onWait }) => {
      await beforeSend();
      onWait?.({ attempt: 1, waitMs: 1000, reason: 'too many requests' });
      await harmRecord(bench, HARMS['shows another task under way'] ?? GONE);
      bench.tick();
      await settled(bench);
    };
    await expect(bench.run()).rejects.toMatchObject({ code: 'store-corrupt' });
    expect(bench.provider.submitted).toEqual([]);
    expect(await bench.record()).toMatchObject({ status: 'generating', taskId: 'old' });
  });
});

describe('another process', () => {
  const lease = (bench: JobBench, fence: number) => ({ owner: 'other', fence, expiresAt: bench.iso(-60_000) });

  async function runInto(harm: Harm) {
    const bench = await JobBench.open();
    bench.provider.onRead = async (taskId) => {
      await harmRecord(bench, harm);
      return bench.provider.succeeded(taskId);
    };
    const outcome: unknown = await bench.run().catch((error: unknown) => error);
    return { bench, outcome, record: await bench.record() };
  }

  it('that lives and works on the same task is left alone', async () => {
    const { outcome, record } = await runInto((current, bench) => current && { ...current, lease: lease(bench, 1) });
    expect(outcome).toMatchObject({ code: 'busy', message: expect.stringContaining('Another process has taken over') });
    expect(record).toMatchObject({ status: 'generating', lease: { owner: 'other', fence: 1 } });
  });

  it('that has found no record and begins to buy notices before it sends anything', async () => {
    const { bench, outcome, record } = await runInto((_current, bench) =>
      bare(bench, { status: 'generating', intent: intentAt(bench.iso(), { owner: 'other' }), lease: lease(bench, 1) }),
    );
    expect(outcome).toMatchObject({ status: 'ready', taskId: 'task-1' });
    expect(record.fence).toBe(2);
    // Nothing left, so nothing was spent.
    expect(record.history).toBeUndefined();
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('that has found no record and bought: both tasks are on record', async () => {
    const sentAt = '2026-11-21T00:00:01.000Z';
    const { record } = await runInto((_current, bench) =>
      bare(bench, { taskId: 'theirs', intent: intentAt(sentAt, { owner: 'other', sentAt }), lease: lease(bench, 1) }),
    );
    expect(record).toMatchObject({
      status: 'ready',
      taskId: 'task-1',
      history: [{ taskId: 'theirs', outcome: 'unknown' }],
    });
  });

  it('that has a newer fence and another task learns of ours', async () => {
    const { outcome, record } = await runInto((_current, bench) =>
      bare(bench, { taskId: 'theirs', intent: intentAt(EARLIER, { sentAt: EARLIER }), lease: lease(bench, 7) }),
    );
    expect(outcome).toMatchObject({ code: 'busy', taskId: 'task-1' });
    expect(record).toMatchObject({
      ...{ taskId: 'theirs', lease: { owner: 'other', fence: 7 } },
      history: [{ taskId: 'task-1', outcome: 'unknown', note: expect.stringContaining('task task-1 may be paid for') }],
    });
  });
});
