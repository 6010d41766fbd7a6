import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { spendingOf } from '#lib/jobs/record/outcome.ts';
import { endsWith, JobBench, type KeyedRecord, lostAnswer } from '../../fixtures/fake-provider.ts';

/** A bench with a finished video, of which a new one is about to be asked for. */
async function finished(): Promise<{ bench: JobBench; made: KeyedRecord }> {
  const bench = await JobBench.open();
  await bench.run({ submissionFields: { prompt: 'the first' } });
  const made = await bench.record();
  await bench.clock.advance(3_600_000);
  return { bench, made };
}

const anew = { force: true, submissionFields: { prompt: 'the second' } };

/** Everything that the file at the final path is described by. */
function factsOf({ status, taskId, receipt, sha256, model, completedAt, localPath, intent, ...rest }: KeyedRecord) {
  const { prompt } = rest;
  return { status, taskId, receipt, sha256, model, completedAt, localPath, intent, prompt };
}

describe('a finished video whose replacement', () => {
  it.each<[string, (bench: JobBench) => void, string, number | null]>([
    [
      'is refused',
      ({ provider }) => {
        provider.onSubmit = () => Promise.reject(new ReelError('rejected', 'refused by moderation'));
      },
      'refused',
      0,
    ],
    [
      'fails',
      ({ provider }) => {
        provider.onRead = async (taskId) => endsWith(taskId, new ReelError('rejected', 'its output was refused'));
      },
      'failed',
      0,
    ],
    [
      'is cancelled at the provider',
      ({ provider }) => {
        provider.onRead = async (taskId) => endsWith(taskId, new ReelError('aborted', 'cancelled'));
      },
      'canceled',
      0,
    ],
    [
      'has expired',
      ({ provider, clock }) => {
        provider.onRead = async () => {
          await clock.advance(25 * 3_600_000);
          throw new ReelError('expired', 'gone');
        };
      },
      'expired',
      0.5,
    ],
  ])('%s is what the record is about again', async (_name, fail, outcome, usd) => {
    const { bench, made } = await finished();
    fail(bench);
    await expect(bench.run(anew)).rejects.toBeInstanceOf(ReelError);
    const record = await bench.record();
    expect(factsOf(record)).toEqual(factsOf(made));
    expect(record.previous).toBeUndefined();
    expect(record.history).toMatchObject([{ outcome, note: expect.any(String) }]);
    expect(spendingOf(record).map((line) => line.usd)).toEqual([usd, 0.4]);
    // Nothing is bought for a file that is there.
    const before = bench.provider.submitted.length;
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: made.taskId });
    expect(bench.provider.submitted).toHaveLength(before);
  });

  it('is under way keeps its facts beside those of the new one', async () => {
    const { bench, made } = await finished();
    let during: KeyedRecord | undefined;
    bench.provider.onRead = async (taskId) => {
      during = await bench.record();
      return bench.provider.succeeded(taskId);
    };
    const record = await bench.run(anew);
    expect(during).toMatchObject({ status: 'generating', taskId: 'task-2', prompt: 'the second' });
    expect(during?.previous).toMatchObject({ prompt: 'the first', taskId: 'task-1', receipt: made.receipt });
    expect(record).toMatchObject({ status: 'ready', taskId: 'task-2', prompt: 'the second' });
    expect(record.previous).toBeUndefined();
    expect(record.history).toMatchObject([{ outcome: 'delivered', taskId: 'task-1' }]);
  });

  it('may or may not have been accepted waits for that to be settled', async () => {
    const { bench } = await finished();
    bench.provider.onSubmit = () => Promise.reject(lostAnswer());
    bench.provider.onFind = () => Promise.reject(new ReelError('network', 'out of reach'));
    await expect(bench.run(anew)).rejects.toMatchObject({ code: 'unknown-outcome' });
    expect(await bench.record()).toMatchObject({ status: 'failed', previous: { taskId: 'task-1' } });
  });

  it.each<[string, (bench: JobBench) => void, number | undefined]>([
    [
      'is refused',
      ({ provider }) => {
        provider.onSubmit = () => Promise.reject(new ReelError('auth', 'wrong key'));
      },
      undefined,
    ],
    [
      'cannot be prepared',
      ({ provider }) => {
        provider.beforeLeaving = () => Promise.reject(new ReelError('invalid-input', 'no such image'));
      },
      undefined,
    ],
    ['is too dear', () => {}, 0],
  ])('%s is told of without the task that made the video', async (_name, fail, budgetUsd) => {
    const { bench, made } = await finished();
    // A link that lives on, to which the way back would lead.
    await bench.given({ ...made, expiresAt: bench.iso(-3_600_000) });
    fail(bench);
    bench.events.length = 0;
    const error = await bench.run(anew, { budgetUsd }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ billable: 'no', taskId: undefined, expiresAt: undefined });
    expect(String(error)).not.toMatch(/goes on|can be fetched/);
    expect(JSON.stringify(bench.events)).not.toContain('task-1');
  });

  it('cannot even be written down stays as it is', async () => {
    const { bench, made } = await finished();
    await expect(bench.run(anew, { budgetUsd: 0 })).rejects.toMatchObject({ code: 'budget' });
    expect(factsOf(await bench.record())).toEqual(factsOf(made));
    expect((await bench.record()).history).toBeUndefined();
  });
});
