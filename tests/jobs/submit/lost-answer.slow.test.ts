import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import type { Candidate } from '#lib/jobs/record/job-record.ts';
import { candidate, DAY_MS, JobBench, lostAnswer } from '../../fixtures/fake-provider.ts';
import { HALF_DOLLAR, intentAt } from '../../fixtures/records/job-records.ts';

const HOUR_MS = 3_600_000;
const unreachable = () => new ReelError('network', 'the provider is out of reach');

/** The first submission's answer is lost; what the list shows, look by look (the last for ever). */
async function lostOnce(...looks: Array<Candidate[] | Error>): Promise<JobBench> {
  const bench = await JobBench.open();
  bench.provider.onSubmit = async (nth) => {
    if (nth === 1) throw lostAnswer('request-lost');
    return { taskId: `task-${nth}` };
  };
  bench.provider.onFind = async (nth) => {
    const look = looks[Math.min(nth, looks.length) - 1] ?? [];
    if (look instanceof Error) throw look;
    return look;
  };
  return bench;
}

describe('a submission whose answer was lost', () => {
  it('is adopted when the list shows one task that fits', async () => {
    const submittedAt = new Date(Date.UTC(2026, 10, 21)).toISOString();
    const bench = await lostOnce([{ ...candidate('found'), requestId: 'request-found', submittedAt }]);
    const facts = { taskId: 'found', requestId: 'request-found', submittedAt };
    expect(await bench.run()).toMatchObject({
      ...{ status: 'ready', ...facts },
      expiresAt: new Date(Date.parse(submittedAt) + DAY_MS).toISOString(),
    });
    expect(bench.provider.submitted).toHaveLength(1);
    expect(bench.clock.waits).toEqual([]);
    expect((await bench.record()).history).toBeUndefined();
  });

  it('is asked about with the request and its id', async () => {
    const bench = await lostOnce([candidate('found')]);
    await bench.run();
    const [query] = bench.provider.queries;
    expect(query).toMatchObject({ request: { prompt: 'a harbour' }, requestId: 'request-lost' });
  });

  it.each([
    ['the whole wait for its answer', 60_000, 0],
    ['an upload or a long 429 before it', 0, 90_000],
  ])('is looked for over the whole window after %s', async (_what, answerMs, beforeMs) => {
    const bench = await lostOnce([]);
    const sentAtMs: number[] = [];
    bench.provider.beforeLeaving = () => bench.clock.wait(beforeMs);
    bench.provider.onSubmit = async (nth) => {
      sentAtMs.push(bench.clock.now());
      if (nth > 1) return { taskId: `task-${nth}` };
      await bench.clock.wait(answerMs);
      throw lostAnswer();
    };
    // A gateway may work for five minutes at what this side has given up after one.
    bench.provider.onFind = async () =>
      bench.clock.now() >= (sentAtMs[0] ?? 0) + 300_000 ? [{ ...candidate('late'), submittedAt: bench.iso() }] : [];
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'late' });
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('is made again only when the whole window has passed after the last sign of it', async () => {
    const bench = await lostOnce([]);
    const sentAtMs: number[] = [];
    bench.provider.onSubmit = async (nth) => {
      sentAtMs.push(bench.clock.now());
      if (nth > 1) return { taskId: `task-${nth}` };
      await bench.clock.wait(60_000);
      throw lostAnswer();
    };
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-2' });
    expect((sentAtMs[1] ?? 0) - (sentAtMs[0] ?? 0)).toBeGreaterThanOrEqual(60_000 + 360_000);
  });

  it('is not looked for at another service, nor made again there', async () => {
    const bench = await lostOnce();
    bench.provider.onFind = async () => Promise.reject(unreachable());
    await expect(bench.run()).rejects.toMatchObject({ code: 'unknown-outcome' });
    bench.provider.endpoint = 'https://other.test';
    bench.provider.onFind = async () => [];
    await bench.clock.advance(4 * HOUR_MS);
    await expect(bench.run()).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('other.test') });
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('is waited for when its task shows up late', async () => {
    const bench = await lostOnce([], unreachable(), [candidate('late', false)], [candidate('late')]);
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'late' });
    expect(bench.provider.submitted).toHaveLength(1);
    expect(bench.stages).toContain('retrying');
  });

  it('is made again only when the window has passed and the provider has no such task', async () => {
    const bench = await lostOnce([]);
    const startMs = bench.clock.now();
    const submittedAtMs: number[] = [];
    const { onSubmit } = bench.provider;
    bench.provider.onSubmit = (nth) => {
      submittedAtMs.push(bench.clock.now() - startMs);
      return onSubmit(nth);
    };
    const record = await bench.run({}, { settleWindowMs: 60_000 });
    expect(record).toMatchObject({ status: 'ready', taskId: 'task-2', intent: { attempt: 2 } });
    expect(record.history).toMatchObject([
      {
        outcome: 'not-accepted',
        requestId: 'request-lost',
        estimate: HALF_DOLLAR,
        note: expect.stringContaining('no such task'),
      },
    ]);
    expect(submittedAtMs[0]).toBe(0);
    expect(submittedAtMs[1]).toBeGreaterThanOrEqual(60_000);
  });

  it('is not made again for ever', async () => {
    const bench = await lostOnce([]);
    bench.provider.onSubmit = async () => {
      throw lostAnswer();
    };
    await expect(bench.run()).rejects.toMatchObject({ code: 'network', stage: 'submitting' });
    expect(bench.provider.submitted).toHaveLength(3);
    expect((await bench.record()).history?.map((past) => past.outcome)).toEqual(Array(3).fill('not-accepted'));
  });

  it('stays unknown when two tasks fit, and names them', async () => {
    const bench = await lostOnce([candidate('one'), candidate('two')]);
    await expect(bench.run()).rejects.toMatchObject({
      code: 'unknown-outcome',
      billable: 'maybe',
      retryable: false,
      message: expect.stringMatching(/one, two.*not repeated.*rescue --task.*force/),
    });
    const record = await bench.record();
    expect(record).toMatchObject({
      status: 'failed',
      errorCode: 'unknown-outcome',
      intent: { candidates: [{ taskId: 'one' }, { taskId: 'two' }] },
    });
    expect(record.lease).toBeUndefined();
    await expect(bench.run()).rejects.toMatchObject({ code: 'unknown-outcome' });
    expect(bench.provider.submitted).toHaveLength(1);
  });

  const alike = (taskId: string, agoMs = 0): Candidate => ({
    ...candidate(taskId, false),
    isSimilar: true,
    submittedAt: new Date(Date.UTC(2026, 10, 21) - agoMs).toISOString(),
  });

  it('stays unknown when a task of its time shows a prompt that is only like it, and is never made again', async () => {
    const bench = await lostOnce([alike('alike')]);
    await expect(bench.run()).rejects.toMatchObject({
      code: 'unknown-outcome',
      message: expect.stringMatching(/similar prompt, but not the same one.*alike/),
    });
    // As soon as one that fits would have shown up: no later look tells more.
    expect(bench.clock.now() - Date.UTC(2026, 10, 21)).toBeLessThan(400_000);
    await expect(bench.run()).rejects.toMatchObject({ code: 'unknown-outcome' });
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('is adopted from the task that fits, although others are like it', async () => {
    const bench = await lostOnce([alike('alike')], [alike('alike'), candidate('found'), alike('another')]);
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'found' });
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('is made again when what is like it was made at another time', async () => {
    const bench = await lostOnce([alike('old', 5 * HOUR_MS)]);
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-2' });
  });

  it('stays unknown when a task that fits was made at another time: one of the clocks may have been wrong', async () => {
    const bench = await lostOnce();
    const submittedAt = bench.iso(-HOUR_MS);
    bench.provider.onFind = async () => [{ ...candidate('later'), submittedAt }];
    await expect(bench.run()).rejects.toMatchObject({
      code: 'unknown-outcome',
      message: expect.stringMatching(/at another time.*later/),
    });
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('is adopted from the task of its time, whatever others fit', async () => {
    const bench = await lostOnce();
    const earlier = { ...candidate('earlier'), submittedAt: bench.iso(HOUR_MS) };
    bench.provider.onFind = async () => [earlier, { ...candidate('found'), submittedAt: bench.iso() }];
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'found' });
  });

  it('stays unknown when it is looked for with another key, whose list has no such task', async () => {
    const bench = await lostOnce(unreachable());
    bench.provider.account = 'one';
    await expect(bench.run()).rejects.toMatchObject({ code: 'unknown-outcome' });
    bench.provider.onFind = async () => [];
    bench.provider.account = 'another';
    await expect(bench.run()).rejects.toMatchObject({
      code: 'unknown-outcome',
      message: expect.stringContaining('with another key'),
    });
    // However much later: that list never shows it.
    await bench.clock.advance(4 * HOUR_MS);
    await expect(bench.run()).rejects.toMatchObject({ code: 'unknown-outcome' });
    expect(bench.provider.submitted).toHaveLength(1);
    bench.provider.account = 'one';
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-2' });
  });

  it('is left to what a person says of it while the provider is asked', async () => {
    const bench = await lostOnce();
    bench.provider.onFind = async () => {
      await bench.store.update('k', (current) => current && { ...current, taskId: 'said' });
      return [candidate('one'), candidate('two')];
    };
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'said' });
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('stays unknown while the list is out of reach, and is settled later', async () => {
    const bench = await lostOnce(unreachable());
    await expect(bench.run()).rejects.toMatchObject({ code: 'unknown-outcome', retryable: true });
    expect(await bench.record()).toMatchObject({ status: 'failed', intent: { candidates: [] } });
    expect(bench.provider.submitted).toHaveLength(1);
    bench.provider.onFind = async () => [candidate('found')];
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'found' });
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('waits for a task that does not show whose it is, and gives up after what a task can last', async () => {
    const bench = await lostOnce([candidate('mute', false)]);
    const startMs = bench.clock.now();
    await expect(bench.run()).rejects.toMatchObject({
      code: 'unknown-outcome',
      message: expect.stringContaining('mute'),
    });
    const waitedMs = bench.clock.now() - startMs;
    expect(waitedMs).toBeGreaterThanOrEqual(3.5 * HOUR_MS);
    expect(waitedMs).toBeLessThan(4 * HOUR_MS);
  });

  it('never takes a task that another record owns, now or in its past', async () => {
    const bench = await lostOnce([candidate('theirs'), candidate('once-theirs')]);
    await bench.store.update('other', () => ({
      id: 'other',
      status: 'generating',
      createdAt: bench.iso(),
      taskId: 'theirs',
      history: [{ at: bench.iso(), outcome: 'delivered', taskId: 'once-theirs' }],
    }));
    expect(await bench.run()).toMatchObject({ taskId: 'task-2' });
  });

  it('is not adopted from a task that fits while another one may turn out to fit, too', async () => {
    const bench = await lostOnce([candidate('fits'), candidate('mute', false)], [candidate('fits'), candidate('mute')]);
    await expect(bench.run()).rejects.toMatchObject({
      code: 'unknown-outcome',
      message: expect.stringMatching(/fits, mute/),
    });
  });

  it('is adopted from the one that fits when the other one turns out to be somebody else’s', async () => {
    const bench = await lostOnce([candidate('fits'), candidate('mute', false)], [candidate('fits')]);
    expect(await bench.run()).toMatchObject({ taskId: 'fits' });
  });

  it('is adopted from the one that fits when the other one stays mute for longer than a task can last', async () => {
    const bench = await lostOnce([candidate('fits'), candidate('mute', false)]);
    expect(await bench.run()).toMatchObject({ taskId: 'fits' });
  });

  it('shares no task with another lost submission that asked for the same', async () => {
    const bench = await lostOnce([candidate('found')]);
    bench.provider.onSubmit = async () => {
      throw lostAnswer();
    };
    const results = await Promise.allSettled([bench.run(), bench.run({ key: 'other' })]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const owners = bench.store.listSync().filter((record) => record.taskId === 'found');
    expect(owners).toHaveLength(1);
  });

  it('is not guessed at when the provider lists tasks that old no more', async () => {
    const bench = await JobBench.open();
    await bench.given({ intent: intentAt(bench.iso(DAY_MS)) });
    await expect(bench.run()).rejects.toMatchObject({
      code: 'unknown-outcome',
      retryable: false,
      message: expect.stringContaining('no longer lists'),
    });
    expect(bench.provider.queries).toEqual([]);
    expect(bench.provider.submitted).toEqual([]);
    expect(await bench.run({ force: true })).toMatchObject({ status: 'ready', history: [{ outcome: 'unknown' }] });
  });

  it('ends at the signal, and is taken up again', async () => {
    const bench = await lostOnce([]);
    const stop = new AbortController();
    bench.provider.onFind = async () => {
      stop.abort();
      return [];
    };
    await expect(bench.run({}, { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
    expect(await bench.record()).toMatchObject({ status: 'generating', intent: { attempt: 1 } });
    bench.provider.onFind = async () => [candidate('found')];
    expect(await bench.run()).toMatchObject({ taskId: 'found' });
  });
});

describe('force, while the outcome of a submission is unknown', () => {
  it('settles first when nobody has looked yet', async () => {
    const bench = await lostOnce([candidate('found')]);
    await bench.given({ intent: intentAt(bench.iso()) });
    expect(await bench.run({ force: true })).toMatchObject({ taskId: 'found' });
    expect(bench.provider.submitted).toEqual([]);
  });

  it('buys anew when it could not be settled, and keeps the unknown one as perhaps spent', async () => {
    const bench = await lostOnce([candidate('one'), candidate('two')]);
    await bench.run().catch(() => {});
    const record = await bench.run({ force: true });
    expect(record).toMatchObject({
      status: 'ready',
      taskId: 'task-2',
      history: [{ outcome: 'unknown', estimate: HALF_DOLLAR }],
    });
  });
});

describe('a provider that says less of its list', () => {
  it('whose empty list does not mean that there is no task: a person decides', async () => {
    const bench = await lostOnce([]);
    const { lostAnswer: list } = bench.provider;
    if (list.kind !== 'list') throw new Error('no list');
    bench.provider.lostAnswer = { ...list, emptyMeans: 'unknown' };
    await expect(bench.run()).rejects.toMatchObject({
      ...{ code: 'unknown-outcome', retryable: true },
      message: expect.stringContaining('but one may still exist'),
    });
    expect(bench.provider.submitted).toHaveLength(1);
    expect(await bench.run({ force: true })).toMatchObject({ status: 'ready', taskId: 'task-2' });
  });

  it('and not how long it lists a task: it is asked however old the submission is', async () => {
    const bench = await JobBench.open();
    bench.provider.historyMs = undefined;
    await bench.given({ intent: intentAt(bench.iso(40 * DAY_MS)) });
    bench.provider.onFind = async () => [{ ...candidate('found'), submittedAt: bench.iso(40 * DAY_MS) }];
    const record = await bench.run();
    expect(record).toMatchObject({ status: 'ready', taskId: 'found' });
    expect(record.expiresAt).toBeUndefined();
  });

  it('and not how long a task takes: whose it is, a person is asked once the window is over', async () => {
    const bench = await lostOnce([candidate('unclear', false)]);
    bench.provider.longestTaskMs = undefined;
    const startMs = bench.clock.now();
    await expect(bench.run()).rejects.toMatchObject({ code: 'unknown-outcome', message: /unclear/ });
    expect(bench.clock.now() - startMs).toBeLessThan(10 * 60_000);
  });
});
