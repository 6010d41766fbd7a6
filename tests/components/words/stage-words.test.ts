import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '#lib/base/errors.ts';
import { fractionDone, replacementStatus, sentenceOf, stageName } from '#lib/components/words/stage-words.ts';
import type { LiveProgress, VideoView } from '#lib/web/videos/view.ts';
import { at, NOW_MS, view } from '../../fixtures/records/video-views.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const GOES_ON = { code: 'aborted', message: 'Cancelled; it goes on.', retryable: true, isPaid: true } as const;
const running = (live: Omit<LiveProgress, 'at'> & { at?: string }, fields: Partial<VideoView> = {}) =>
  view({ state: 'generating', live: { at: at(0), ...live }, ...fields });

describe('what a video is doing, in words', () => {
  it.each<[string, VideoView]>([
    ['Not made yet.', view()],
    [
      'Deleted. That can be undone until 22 Nov 2026, 12:00 UTC.',
      view({ formerVersions: 1, undoUntil: '2026-11-22T12:00:00Z' }),
    ],
    ['Sending the order', running({ stage: 'prompt' })],
    ['Sending the order', running({ stage: 'submitting' })],
    ['Waiting in the queue, 12 s so far', running({ stage: 'queued', elapsedMs: 12_000 })],
    // The clock goes on between two events.
    [
      'Generating, 2 min 10 s so far, usually 1 to 5 minutes',
      running({ stage: 'generating', elapsedMs: 125_000, at: at(-5000) }),
    ],
    ['Saving 500 kB', running({ stage: 'downloading', bytesReceived: 500_000 })],
    [
      'Saving 1.2 of 3.4 MB, 800 kB/s, 3 s left',
      running({ stage: 'downloading', bytesReceived: 1.2e6, bytesTotal: 3.4e6, bytesPerSecond: 8e5, etaSeconds: 2.75 }),
    ],
    ['Checking the file', running({ stage: 'verifying' })],
    [
      'Retrying in 4 s: the link did not answer',
      running({ stage: 'retrying', reason: 'the link did not answer', waitMs: 9000, at: at(-5000) }),
    ],
    ['Retrying now', running({ stage: 'retrying', waitMs: 1000, at: at(-5000) })],
    ['Ordered 1 min 30 s ago', view({ state: 'generating', submittedAt: at(-90_000) })],
    ['Ordered', view({ state: 'generating' })],
    ['Made and paid for, not saved yet.', view({ state: 'uncaptured', expiresAt: at((23 * 60 + 10) * 60_000) })],
    ['Made and paid for, but the link expired before it was saved.', view({ state: 'uncaptured', expiresAt: at(-1) })],
    ['Made and paid for, not saved yet.', view({ state: 'uncaptured' })],
    ['Made 21 Nov 2026, $0.50', view({ state: 'ready', completedAt: at(0), costUsd: 0.5 })],
    ['Made 21 Nov 2026, price unknown', view({ state: 'ready', completedAt: at(0), costUsd: null })],
    ['Made 21 Nov 2026, a free test clip', view({ state: 'ready', completedAt: at(0), costUsd: 0.5, sandbox: true })],
    ['Made', view({ state: 'ready' })],
    [
      'The disk is full. Free some space.',
      view({
        state: 'failed',
        problem: { code: 'disk-full', message: 'The disk is full. Free some space.', retryable: true },
      }),
    ],
    ['It failed, and no reason was given.', view({ state: 'failed' })],
    ['Cancelled. Nothing was saved.', view({ state: 'canceled' })],
    ['Cancelled; it goes on.', view({ state: 'canceled', problem: GOES_ON })],
    [
      'Cancelled; it goes on. That was a newer film; this one is kept.',
      view({ state: 'canceled', problem: GOES_ON, src: '/videos/a.mp4' }),
    ],
    ['The newer film was cancelled. This one is kept.', view({ state: 'canceled', src: '/videos/a.mp4' })],
  ])('says "%s"', (words, one) => expect(plain(sentenceOf(one, NOW_MS))).toBe(words));

  it('does not let old news speak for a video that is ready', () => {
    const stale = view({ state: 'ready', live: { stage: 'verifying', at: at(0) } });
    expect(sentenceOf(stale, NOW_MS)).toBe('Made');
    expect(stageName(stale)).toBe('ready');
  });

  it('reads the same thing aloud however far the bytes are', () => {
    const names = [1, 1000, 90_000].map((bytesReceived) =>
      stageName(running({ stage: 'downloading', bytesReceived, bytesTotal: 100_000 })),
    );
    expect(new Set(names)).toEqual(new Set(['saving']));
  });
});

const full = { code: 'disk-full', message: 'The disk is full. Free some space.', retryable: true } as const;

describe('a video that something keeps from going on', () => {
  it.each(['generating', 'uncaptured'] as const)('says what, and that it is tried again, while %s', (state) => {
    const held = view({ state, problem: full, expiresAt: at(60_000) });
    expect(sentenceOf(held, NOW_MS)).toBe('Retrying automatically: The disk is full. Free some space.');
    expect(stageName(held)).toBe('waiting to retry');
  });

  it('is told by the work itself as soon as somebody works on it', () => {
    expect(sentenceOf(running({ stage: 'verifying' }, { problem: full }), NOW_MS)).toBe('Checking the file');
  });
});

describe('a failure', () => {
  const failed = (code: ErrorCode, fields: Partial<VideoView>, isPaid?: true) =>
    view({
      state: 'failed',
      problem: { code, message: 'It failed.', retryable: true, ...(isPaid && { isPaid }) },
      ...fields,
    });

  it.each<[string, VideoView]>([
    ['It failed. It is paid for: trying again costs nothing.', failed('provider-failed', {}, true)],
    ['It failed. Nothing was charged.', failed('provider-failed', { costUsd: 0 })],
    ['It failed. It still cost $0.50.', failed('provider-failed', { costUsd: 0.5 })],
    ['It failed. It may have been charged.', failed('unknown-outcome', { costUsd: null })],
    ['It failed.', failed('provider-failed', { costUsd: null })],
    ['It failed.', failed('rejected', { costUsd: 0 })],
    // The cost is that of the film which is there.
    ['It failed.', failed('provider-failed', { costUsd: 0.5, completedAt: at(0) })],
  ])('says what it cost: %s', (words, one) => expect(sentenceOf(one, NOW_MS)).toBe(words));
});

describe('what became of the order for another film', () => {
  const film = { src: '/videos/a.mp4' };
  it.each<[string | undefined, VideoView]>([
    [undefined, view({ state: 'ready', ...film })],
    [undefined, view({ state: 'failed', problem: full })],
    ['A newer film is under way. Checking the file', running({ stage: 'verifying' }, film)],
    [
      'A newer film is under way. Retrying automatically: The disk is full. Free some space.',
      view({ state: 'uncaptured', problem: full, ...film }),
    ],
    ['A newer film failed. The disk is full. Free some space.', view({ state: 'failed', problem: full, ...film })],
    ['The newer film was cancelled. This one is kept.', view({ state: 'canceled', ...film })],
    [
      'A newer film, ordered 21 Nov 2026, 12:00 UTC, failed: The disk is full. Free some space.',
      view({ state: 'ready', ...film, lastTry: { at: at(0), problem: full } }),
    ],
  ])('is %s', (words, one) => expect(replacementStatus(one, NOW_MS)?.replaceAll('\u00a0', ' ')).toBe(words));
});

describe('how full the ring is', () => {
  it('grows with time, slows down, and leaves room for the download', () => {
    const fractions = [0, 30, 90, 300, 3600].map((seconds) =>
      fractionDone(running({ stage: 'generating', elapsedMs: seconds * 1000 }), NOW_MS),
    );
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions[0]).toBe(0);
    expect(fractions[2]).toBeCloseTo(0.4);
    expect(fractions.at(-1)).toBeLessThanOrEqual(0.8);
  });

  it.each<[number, VideoView]>([
    [0, view()],
    [0, view({ state: 'failed' })],
    [0.9, running({ stage: 'downloading', bytesReceived: 50, bytesTotal: 100 })],
    [0.8, running({ stage: 'downloading', bytesReceived: 50 })],
    [1, running({ stage: 'verifying' })],
    [0.8, view({ state: 'uncaptured' })],
    [1, view({ state: 'ready' })],
  ])('is %d', (fraction, one) => expect(fractionDone(one, NOW_MS)).toBeCloseTo(fraction));
});
