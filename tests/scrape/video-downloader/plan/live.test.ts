import { describe, expect, it } from 'vitest';
import { assertBegun, assertNotLive } from '#lib/scrape/video-downloader/plan/live.ts';

const nowMs = Date.UTC(2026, 10, 30, 12);

describe('a stream', () => {
  it.each([['not_live'], ['was_live'], ['post_live'], [undefined]])('that is %s may be fetched', (live_status) => {
    expect(() => assertNotLive({ live_status }, nowMs)).not.toThrow();
  });

  it('under way is refused, and may be tried later', () => {
    expect(() => assertNotLive({ live_status: 'is_live' }, nowMs)).toThrowError(
      expect.objectContaining({ code: 'rejected', retryable: true, retryAfterMs: expect.any(Number) }),
    );
  });

  it('to come is refused with its start', () => {
    const release_timestamp = nowMs / 1000 + 7200;
    expect(() => assertNotLive({ live_status: 'is_upcoming', release_timestamp }, nowMs)).toThrowError(
      expect.objectContaining({
        code: 'rejected',
        retryable: true,
        retryAfterMs: 7_200_000,
        message: expect.stringContaining('2026-11-30T14:00:00.000Z'),
      }),
    );
  });

  it('to come whose start has passed is not asked for at once', () => {
    const release_timestamp = nowMs / 1000 - 7200;
    expect(() => assertNotLive({ live_status: 'is_upcoming', release_timestamp }, nowMs)).toThrowError(
      expect.objectContaining({ retryAfterMs: 60_000 }),
    );
  });
});

describe('a page without formats', () => {
  it('has not begun where its start is to come', () => {
    const release_timestamp = nowMs / 1000 + 600;
    expect(() => assertBegun({ release_timestamp }, nowMs)).toThrowError(
      expect.objectContaining({ code: 'rejected', retryable: true, retryAfterMs: 600_000 }),
    );
  });

  it.each([[undefined], [nowMs / 1000 - 600]])('has failed for another reason where it was %s', (release_timestamp) => {
    expect(() => assertBegun({ release_timestamp }, nowMs)).not.toThrow();
  });
});
