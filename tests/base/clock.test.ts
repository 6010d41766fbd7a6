import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { abortError, backgroundClock, systemClock, throwIfAborted } from '#lib/base/clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('systemClock.wait', () => {
  it('resolves after the time and not before', async () => {
    let done = false;
    const waiting = systemClock.wait(1000).then(() => {
      done = true;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(done).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
    expect(done).toBe(true);
  });

  it('does not take a wait of months for one of a millisecond', async () => {
    let done = false;
    void systemClock.wait(2 ** 40).then(() => {
      done = true;
    });
    await vi.advanceTimersByTimeAsync(2 ** 31 - 2);
    expect(done).toBe(false);
  });

  it('ends at once when aborted, with the reason as the cause, and leaves no timer', async () => {
    const controller = new AbortController();
    const waiting = systemClock.wait(1000, controller.signal);
    const reason = new Error('user closed the page');
    controller.abort(reason);
    await expect(waiting).rejects.toMatchObject({ code: 'aborted', cause: reason, retryable: false });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin when already aborted', async () => {
    await expect(systemClock.wait(1000, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no listener behind on a signal that outlives many waits', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const waiting = systemClock.wait(5, signal);
    await vi.advanceTimersByTimeAsync(5);
    await waiting;
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
  });
});

describe('backgroundClock.wait', () => {
  it('keeps no process alive, other than systemClock.wait', async () => {
    vi.useRealTimers();
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const stop = new AbortController();
    const background = backgroundClock.wait(60_000, stop.signal).catch(() => {});
    expect(timers()).toBe(before);
    const foreground = systemClock.wait(60_000, stop.signal).catch(() => {});
    expect(timers()).toBe(before + 1);
    stop.abort();
    await Promise.all([background, foreground]);
  });
});

describe('systemClock', () => {
  it('tells the time', () => {
    vi.setSystemTime(123_456);
    expect(systemClock.now()).toBe(123_456);
  });

  it('draws numbers from 0 up to 1', () => {
    const draws = Array.from({ length: 100 }, () => systemClock.random());
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
    expect(new Set(draws).size).toBeGreaterThan(50);
  });
});

describe('throwIfAborted', () => {
  it('throws only for an aborted signal', () => {
    throwIfAborted();
    throwIfAborted(new AbortController().signal);
    const signal = AbortSignal.abort('enough');
    expect(() => throwIfAborted(signal)).toThrow(expect.objectContaining({ code: 'aborted', cause: 'enough' }));
    expect(abortError().cause).toBeUndefined();
  });
});
