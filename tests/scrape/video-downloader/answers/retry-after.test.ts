import { describe, expect, it } from 'vitest';
import { RetryAfterReader } from '#lib/scrape/video-downloader/answers/retry-after.ts';

const nowMs = Date.UTC(2026, 10, 30, 12);

function read(...lines: string[]): number | undefined {
  const reader = new RetryAfterReader();
  for (const line of lines) reader.read(line, nowMs);
  return reader.retryAfterMs;
}

const reply = (status: string) => `reply: 'HTTP/1.1 ${status}\\r\\n'`;

describe('how long a server asked to wait', () => {
  it.each([
    ['in seconds', '77', 77_000],
    ['by a date', 'Mon, 30 Nov 2026 12:01:00 GMT', 60_000],
    ['by a date that has passed', 'Mon, 30 Nov 2026 11:00:00 GMT', 0],
    ['in words', 'soon', undefined],
  ])('is read %s', (_what, value, ms) => {
    expect(read(reply('429 Too Many Requests'), `header: Retry-After: ${value}`)).toBe(ms);
    expect(read(reply('503 Service Unavailable'), `header: retry-after: ${value}`)).toBe(ms);
  });

  it('does not come from an answer of another kind', () => {
    expect(read(reply('200 OK'), 'header: Retry-After: 77')).toBeUndefined();
    expect(read('header: Retry-After: 77', 'P {"x": 1}')).toBeUndefined();
  });

  it('is that of the last answer', () => {
    const first = [reply('429 x'), 'header: Retry-After: 77'];
    expect(read(...first, reply('429 x'), 'header: Retry-After: 5')).toBe(5000);
    expect(read(...first, reply('429 x'), 'header: Date: x')).toBeUndefined();
  });
});
