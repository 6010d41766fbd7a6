import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { cancelRun } from '#lib/web/videos/cancel-run.server.ts';

/** Cancels a video whose library answers so; with or without work in this process. */
async function cancel(failure?: ReelError, { isRunning = true } = {}) {
  const log: string[] = [];
  const controller = new AbortController();
  const ended = Promise.withResolvers<void>();
  controller.signal.addEventListener('abort', () => {
    log.push('stopped');
    // The work ends a little later.
    setImmediate(ended.resolve);
  });
  void ended.promise.then(() => log.push('ended'));
  const outcome = await cancelRun('rome', 'old', isRunning ? { controller, ended: ended.promise } : undefined, {
    cancelVideo: async () => {
      log.push('cancelled');
      if (failure) throw failure;
    },
    withdrawOrder: async () => log.push('withdrawn'),
  }).catch((error: unknown) => error);
  return { log, outcome };
}
const notFound = (taskId?: string) => new ReelError('not-found', 'no', { taskId });

describe('cancelling a video', () => {
  it('ends the work in this process, and answers when that has ended', async () => {
    expect(await cancel()).toEqual({ log: ['cancelled', 'stopped', 'ended'], outcome: undefined });
  });

  it('of another process needs nothing more', async () => {
    expect((await cancel(undefined, { isRunning: false })).log).toEqual(['cancelled']);
  });

  it('that was just ordered ends the order, and looks whether that was submitted meanwhile', async () => {
    const { log, outcome } = await cancel(notFound());
    expect([log, outcome]).toEqual([['cancelled', 'stopped', 'ended', 'withdrawn'], undefined]);
  });

  it('is none where nothing is under way', async () => {
    const { log, outcome } = await cancel(notFound(), { isRunning: false });
    expect(outcome).toMatchObject({ problem: 'not-found', message: expect.stringContaining('rome/old') });
    expect(log).toEqual(['cancelled']);
  });

  it.each([
    ['the provider could not be asked', new ReelError('network', 'away')],
    ['the provider does not find the task', notFound('task-1')],
  ])('lets the work go on where %s', async (_why, failure) => {
    expect(await cancel(failure)).toEqual({ log: ['cancelled'], outcome: failure });
  });
});
