import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { type AwaitOptions, awaitTask } from '#lib/jobs/deliver/await-task.ts';
import type { TaskState } from '#lib/jobs/provider.ts';
import { type Ask, FakeProvider } from '../../fixtures/fake-provider.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

type Looks = (nth: number) => Partial<TaskState> | ReelError;

function waiting(looks: Looks, changes: Partial<AwaitOptions<Ask>> & { historyMs?: number } = {}) {
  const provider = new FakeProvider();
  const { historyMs = 60_000, ...options } = changes;
  provider.historyMs = historyMs;
  const clock = new VirtualClock();
  const phases: string[] = [];
  provider.onRead = async (taskId, { nth }) => {
    const look = looks(nth);
    if (look instanceof ReelError) throw look;
    return { taskId, phase: 'generating', assets: [], ...look };
  };
  const done = awaitTask(
    { taskId: 'task-1' },
    {
      ...{ provider, environment: { clock, pollIntervalMs: 10_000 }, seen: { finalPaths: new Set<string>() } },
      ...{ signal: new AbortController().signal, onUpdate: ({ phase }: TaskState) => void phases.push(phase) },
      ...options,
    },
  );
  return { done, provider, clock, phases };
}
const succeeded = (provider = new FakeProvider()) => provider.succeeded('task-1');

describe('waiting for a task', () => {
  it('looks until it has succeeded, past what passes, and tells every look', async () => {
    const passing = new ReelError('network', 'hung up', { retryable: true });
    const { done, phases, provider } = waiting(
      (nth) => [{ phase: 'queued' as const }, passing, {}][nth - 1] ?? succeeded(),
    );
    expect(await done).toMatchObject({ phase: 'succeeded', assets: [{ name: 'video' }] });
    expect([phases, provider.looks]).toEqual([['queued', 'generating', 'succeeded'], 4]);
  });

  it.each<[string, Partial<TaskState>, object]>([
    ['failed without a reason', { phase: 'failed' }, { code: 'provider-failed' }],
    [
      'failed for a reason',
      { phase: 'failed', failure: new ReelError('rejected', 'moderation', { billable: 'no' }) },
      { code: 'rejected', billable: 'no', stage: 'generating' },
    ],
    ['was stopped', { phase: 'canceled' }, { code: 'aborted', message: expect.stringContaining('cancelled') }],
    [
      'was stopped for a reason, which is not ours to abort for',
      { phase: 'canceled', failure: new ReelError('timeout', 'took too long') },
      { code: 'aborted', message: expect.stringContaining('took too long') },
    ],
    ['is not known', { phase: 'unknown' }, { code: 'expired', billable: 'maybe' }],
    ['succeeded without a link', { phase: 'succeeded' }, { billable: 'yes', retryable: true }],
    [
      'succeeded with nothing but what is optional',
      { phase: 'succeeded', assets: succeeded().assets.map((asset) => ({ ...asset, isOptional: true })) },
      { billable: 'yes', retryable: true },
    ],
  ])('ends when it %s', async (_how, look, error) => {
    await expect(waiting(() => look).done).rejects.toMatchObject({ taskId: 'task-1', ...error });
  });

  it('ends with an error that no other look would pass, and leaves open what the task does', async () => {
    const { done, provider } = waiting(() => new ReelError('auth', 'wrong key'));
    await expect(done).rejects.toMatchObject({
      code: 'auth',
      taskId: 'task-1',
      stage: 'generating',
      billable: 'maybe',
    });
    expect(provider.looks).toBe(1);
  });

  it.each<[Partial<TaskState>, Partial<AwaitOptions<Ask>> & { historyMs?: number }, string]>([
    [{ phase: 'queued' }, { timeoutMs: 5000 }, 'is still queued after 5 s'],
    // As long as the provider keeps it.
    [{}, { historyMs: 120_000 }, 'is still generating after 2 min'],
  ])('runs out of patience, not of the task: %j', async (look, options, message) => {
    const { done, clock } = waiting(() => look, options);
    const startedMs = clock.now();
    await expect(done).rejects.toMatchObject({
      code: 'timeout',
      billable: 'maybe',
      message: expect.stringContaining(message),
    });
    expect(clock.now() - startedMs).toBe(options.timeoutMs ?? options.historyMs);
  });

  it('ends at the signal', async () => {
    const stop = new AbortController();
    const { done } = waiting(
      () => {
        stop.abort();
        return {};
      },
      { signal: stop.signal },
    );
    await expect(done).rejects.toMatchObject({ code: 'aborted', taskId: 'task-1', billable: 'maybe' });
  });
});
