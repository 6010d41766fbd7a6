import { describe, expect, it } from 'vitest';
import { graceAfter } from '#lib/base/http/grace.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

function grace(graceMs = 5000) {
  const clock = new VirtualClock({ auto: false });
  const caller = new AbortController();
  return { clock, caller, ...graceAfter(caller.signal, graceMs, clock) };
}

describe('the grace after a signal', () => {
  it('ends a while after it, for the same reason', async () => {
    const { clock, caller, signal } = grace();
    await clock.advance(60_000);
    expect(signal.aborted).toBe(false);
    caller.abort('the user left');
    await clock.advance(4999);
    expect(signal.aborted).toBe(false);
    await clock.advance(1);
    expect([signal.aborted, signal.reason]).toEqual([true, 'the user left']);
  });

  it('begins at once after a signal that has come already', async () => {
    const clock = new VirtualClock({ auto: false });
    const { signal } = graceAfter(AbortSignal.abort('gone'), 5000, clock);
    await clock.advance(5000);
    expect([signal.aborted, signal.reason]).toEqual([true, 'gone']);
  });

  it('never ends once the answer is there, and leaves no wait behind', async () => {
    const { clock, caller, signal, dispose } = grace();
    caller.abort();
    dispose();
    await clock.advance(60_000);
    expect([signal.aborted, clock.pending]).toEqual([false, 0]);
    const early = grace();
    early.dispose();
    early.caller.abort();
    expect(early.clock.pending).toBe(0);
  });

  it('is none without a signal', async () => {
    const clock = new VirtualClock({ auto: false });
    const { signal, dispose } = graceAfter(undefined, 0, clock);
    await clock.advance(60_000);
    expect(signal.aborted).toBe(false);
    dispose();
  });
});
