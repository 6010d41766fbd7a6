import { describe, expect, it } from 'vitest';
import { entryTo, pauseAfterAnswer, pausedAfter, type SitePause, withoutProbe } from '#lib/scrape/sites/site-pause.ts';

const NOW_MS = Date.UTC(2026, 10, 21);
const clock = { random: () => 1 };
const refusal = (atMs: number, retryAfterMs?: number, startedMs = atMs) => ({
  ...{ site: 'films.example', nowMs: NOW_MS + atMs, startedMs: NOW_MS + startedMs, retryAfterMs },
});
const pausedForMs = (pause: SitePause) => Date.parse(pause.pausedUntil) - NOW_MS;

describe('the pause of a site', () => {
  it('lasts as long as the site asks, else a minute, then twice as long each time, up to an hour', () => {
    expect(pausedForMs(pausedAfter(undefined, refusal(0, 5000), clock))).toBe(5000);
    let pause: SitePause | undefined;
    const waits: number[] = [];
    let atMs = 0;
    for (let round = 0; round < 8; round += 1) {
      pause = pausedAfter(pause, refusal(atMs), clock);
      waits.push((pausedForMs(pause) - atMs) / 60_000);
      atMs = pausedForMs(pause) + 1;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it('is a day at most, however long the site asks', () => {
    expect(pausedForMs(pausedAfter(undefined, refusal(0, 3_600_000_000), clock))).toBe(24 * 3_600_000);
  });

  it('that a wrong clock has dated holds up nobody, and gives way to the next', () => {
    const year = 365 * 24 * 3_600_000;
    const pause = pausedAfter(undefined, refusal(year), clock);
    expect(entryTo(pause, 'a', NOW_MS)).toEqual({ kind: 'open' });
    expect(pausedForMs(pausedAfter(pause, refusal(0), clock))).toBe(60_000);
  });

  it('is not longer for what had been asked before it, unless the site says so', () => {
    const pause = pausedAfter(undefined, refusal(10), clock);
    expect(pausedAfter(pause, refusal(20, undefined, 5), clock)).toEqual(pause);
    expect(pausedForMs(pausedAfter(pause, refusal(20, 600_000, 5), clock))).toBe(600_020);
    expect(pausedAfter(pause, refusal(20, 600_000, 5), clock).failures).toBe(1);
  });

  it('lets nobody in while it lasts, and one film alone after it', () => {
    const pause = pausedAfter(undefined, refusal(0, 1000), clock);
    expect(entryTo(undefined, 'a', NOW_MS)).toEqual({ kind: 'open' });
    expect(entryTo(pause, 'a', NOW_MS + 999)).toEqual({ kind: 'wait', untilMs: NOW_MS + 1000, isProbing: false });
    const probe = entryTo(pause, 'a', NOW_MS + 1000);
    if (probe.kind !== 'probe') throw new Error('no probe');
    expect(entryTo(probe.next, 'b', NOW_MS + 1001)).toMatchObject({ kind: 'wait', isProbing: true });
    expect(entryTo(withoutProbe(probe.next, 'b'), 'c', NOW_MS + 1002).kind).toBe('wait');
    expect(entryTo(withoutProbe(probe.next, 'a'), 'b', NOW_MS + 1003).kind).toBe('probe');
    // The process of the probe may be gone.
    expect(entryTo(probe.next, 'b', NOW_MS + 130_000).kind).toBe('probe');
  });

  it('is over with an answer to what was asked after it began', () => {
    const pause = pausedAfter(undefined, refusal(10), clock);
    expect(pauseAfterAnswer(pause, NOW_MS + 10)).toBe(pause);
    expect(pauseAfterAnswer(pause, NOW_MS + 11)).toBeUndefined();
  });
});
