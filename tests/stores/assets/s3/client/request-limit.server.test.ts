import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { Patience, persistently, withinLimit } from '#lib/stores/assets/s3/client/request-limit.server.ts';
import { VirtualClock } from '../../../../fixtures/virtual-clock.ts';

const LIMITS = { stallTimeoutMs: 10_000, patienceMs: 60_000 };
const failure = (name: string, status?: number, retryAfter?: string) =>
  Object.assign(new Error(name), {
    ...{ name, $metadata: { httpStatusCode: status } },
    ...(retryAfter !== undefined && { $response: { headers: { 'retry-after': retryAfter } } }),
  });

describe('one request', () => {
  it('ends when no byte moves, and is told so', async () => {
    const clock = new VirtualClock();
    let ended: AbortSignal | undefined;
    const startMs = clock.now();
    const stuck = withinLimit(
      (signal) => {
        ended = signal;
        return new Promise(() => {});
      },
      { clock, ...LIMITS },
    );
    await expect(stuck).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('10 s') });
    expect([ended?.aborted, clock.now() - startMs]).toEqual([true, 10_000]);
  });

  it('may take any time while bytes move', async () => {
    const clock = new VirtualClock();
    const slow = withinLimit(
      async (_signal, touch) => {
        for (let times = 0; times < 10; times += 1) {
          await clock.wait(9000);
          touch();
        }
        return 'done';
      },
      { clock, ...LIMITS },
    );
    expect(await slow).toBe('done');
  });

  it('ends at the signal, and leaves no wait behind', async () => {
    const clock = new VirtualClock({ auto: false });
    const stop = new AbortController();
    const stuck = withinLimit(() => new Promise(() => {}), { clock, ...LIMITS }, stop.signal);
    stop.abort();
    await expect(stuck).rejects.toMatchObject({ code: 'aborted' });
    expect(clock.pending).toBe(0);
    const begun = withinLimit(() => Promise.reject(new Error('was begun')), { clock, ...LIMITS }, stop.signal);
    await expect(begun).rejects.toMatchObject({ code: 'aborted' });
  });
});

/** Runs an attempt that fails so often, and then works. */
async function persist(failures: unknown[]) {
  const clock = new VirtualClock();
  const patience = new Patience({ clock, ...LIMITS });
  let tries = 0;
  const outcome = await persistently(
    async () => {
      tries += 1;
      if (tries <= failures.length) throw failures[tries - 1];
      return 'done';
    },
    patience,
    clock,
  ).catch((error: unknown) => error);
  return { outcome, tries, waits: clock.waits };
}

describe('a request that may be repeated', () => {
  it('is repeated after what passes, as late as the store asks', async () => {
    const { outcome, waits } = await persist([failure('SlowDown', 503, '30'), failure('ECONNRESET')]);
    expect([outcome, waits[0], waits.length]).toEqual(['done', 30_000, 2]);
  });

  it.each([
    ['a refusal', failure('AccessDenied', 403)],
    ['an error of ours that says so', new ReelError('integrity', 'other bytes')],
  ])('is not repeated after %s', async (_what, error) => {
    expect(await persist([error])).toMatchObject({ outcome: error, tries: 1 });
  });

  it('is not repeated for bytes that arrive damaged again and again', async () => {
    const damaged = failure('BadDigest', 400);
    expect(await persist([damaged, damaged, damaged])).toMatchObject({ outcome: 'done' });
    expect(await persist([damaged, damaged, damaged, damaged])).toMatchObject({ outcome: damaged, tries: 4 });
  });

  it('is given up when it would go on for too long without progress', async () => {
    const away = failure('ECONNREFUSED');
    const { outcome, waits } = await persist(Array(100).fill(away));
    expect(outcome).toBe(away);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(60_000);
  });

  it('has new patience with every progress', async () => {
    const clock = new VirtualClock();
    const patience = new Patience({ clock, ...LIMITS });
    for (let round = 0; round < 5; round += 1) {
      await patience.after(failure('SlowDown', 503, '50'));
      patience.progressed();
    }
    await patience.after(failure('SlowDown', 503, '50'));
    await expect(patience.after(failure('SlowDown', 503, '50'))).rejects.toThrow('SlowDown');
  });
});
