import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { type Look, poll, pollDelayMs } from '#lib/jobs/run/poll.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

describe('pollDelayMs', () => {
  it.each([
    [1, 0.5, 1000],
    [2, 0.5, 2000],
    [4, 0.5, 8000],
    [5, 0.5, 15_000],
    [5, 0, 13_500],
    [5, 1, 16_500],
    [100_000, 0.5, 15_000],
  ])('after poll %i with chance %d waits %d ms', (polls, chance, expected) => {
    expect(pollDelayMs(polls, { random: () => chance })).toBeCloseTo(expected);
  });
});

const HOUR_MS = 3_600_000;
const running: Look<string> = { kind: 'state', state: 'running' };
const over: Look<string> = { kind: 'state', state: 'over' };
const failure = (code: 'network' | 'auth', retryAfterMs?: number): Look<string> => ({
  kind: 'failure',
  error: new ReelError(code, code),
  transient: code === 'network',
  retryAfterMs,
});

/** Polls through these looks; the last one is repeated. */
async function polled(looks: Look<string>[], options: { pollIntervalMs?: number; timeoutMs?: number } = {}) {
  const clock = new VirtualClock();
  const left: number[] = [];
  const outcome = await poll<string>({
    look: async (leftMs) => {
      left.push(leftMs);
      return looks[Math.min(left.length, looks.length) - 1] ?? over;
    },
    isOver: (state) => state === 'over',
    outOfPatience: (last, cause) => new ReelError('timeout', `last: ${last}`, { cause }),
    clock,
    timeoutMs: options.timeoutMs ?? HOUR_MS,
    pollIntervalMs: options.pollIntervalMs,
  }).catch((error: ReelError) => error);
  return { outcome, waits: clock.waits, left };
}

describe('poll', () => {
  it('looks at once, soon again, then every 15 s', async () => {
    const { outcome, waits } = await polled([...Array(6).fill(running), over]);
    expect({ outcome, waits }).toEqual({ outcome: 'over', waits: [1000, 2000, 4000, 8000, 15_000, 15_000] });
  });

  it.each([
    ['when the service says', 7000, undefined, 7000],
    ['in no hot loop whatever it says', 0, undefined, 100],
    ['before the result could expire whatever it says', 30 * HOUR_MS, undefined, HOUR_MS],
    ['in its own interval for no time at all', Number.NaN, undefined, 1000],
    ['in the fixed interval first', 7000, 50, 50],
  ])('looks again %s', async (_name, lookAgainAfterMs, pollIntervalMs, waitMs) => {
    const looks = [{ ...running, lookAgainAfterMs } as const, over];
    const { waits } = await polled(looks, {
      ...(pollIntervalMs !== undefined && { pollIntervalMs }),
      timeoutMs: 2 * HOUR_MS,
    });
    expect(waits).toEqual([waitMs]);
  });

  it('waits through what may pass, for as long as it is asked to, and throws what will not', async () => {
    const { outcome, waits } = await polled([failure('network', 9000), failure('network'), running, failure('auth')]);
    expect(outcome).toMatchObject({ code: 'auth' });
    expect(waits[0]).toBe(9000);
    expect(waits).toHaveLength(3);
  });

  it('looks once more at the end of its patience, and then says what it saw last', async () => {
    const { outcome, left } = await polled([running, failure('network')], { timeoutMs: 10_000 });
    expect(outcome).toMatchObject({ code: 'timeout', message: 'last: running', cause: { code: 'network' } });
    expect(left.at(-1)).toBe(0);
  });

  it('leaves a service alone that asks for more time than there is', async () => {
    const { outcome, left } = await polled([failure('network', 20_000)], { timeoutMs: 10_000 });
    expect(outcome).toMatchObject({ code: 'timeout' });
    expect(left).toHaveLength(1);
  });
});
