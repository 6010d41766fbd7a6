import { describe, expect, it } from 'vitest';
import { timeOf, timesOf } from '#lib/openai-videos/answers/times.ts';

const AT = new Date('2025-10-17T14:56:36Z');

describe('a time of an answer', () => {
  it.each([
    ['seconds', 1760712996],
    ['seconds as digits', '1760712996'],
    ['seconds with a fraction', 1760712996.0001],
    ['milliseconds', 1760712996000],
    ['milliseconds as digits', ' 1760712996000 '],
    ['microseconds', 1760712996000000],
    ['nanoseconds', '1760712996000000000'],
    ['ISO 8601', '2025-10-17T14:56:36Z'],
    ['ISO 8601 in a zone', '2025-10-17T16:56:36.000+02:00'],
    ['ISO 8601 without a zone', '2025-10-17T14:56:36'],
    ['a blank in place of the T', '2025-10-17 14:56:36'],
  ])('is read as %s', (_name, value) => {
    expect(timeOf(value)).toEqual(AT);
  });

  it('may be a day', () => {
    expect(timeOf('2025-10-17')).toEqual(new Date('2025-10-17T00:00:00Z'));
  });

  it.each([
    [0],
    [-1],
    [3600],
    [null],
    [undefined],
    [Number.NaN],
    [Infinity],
    [1e300],
    [''],
    ['soon'],
    ['NaN'],
    [{}],
    [[1760712996]],
    [true],
  ])('is not %j', (value) => {
    expect(timeOf(value)).toBeUndefined();
  });
});

describe('the times of a video', () => {
  it('leave out what lies before its creation', () => {
    expect(timesOf({ created_at: 1760712996, completed_at: 1760712995, expires_at: 1760712000 })).toEqual({
      createdAt: AT,
    });
    expect(timesOf({ created_at: 1760712996, completed_at: 1760712996, expires_at: 1760716596 })).toEqual({
      ...{ createdAt: AT, completedAt: AT, expiresAt: new Date('2025-10-17T15:56:36Z') },
    });
  });

  it.each([0, 30, 60])(
    'leave out an end that comes %i s after the creation, and not after the completion',
    (seconds) => {
      const created_at = 1760712996;
      const times = timesOf({ created_at, completed_at: created_at + 60, expires_at: created_at + seconds });
      expect(times).toEqual({ createdAt: AT, completedAt: new Date(AT.getTime() + 60_000) });
      expect(timesOf({ created_at, expires_at: created_at })).toEqual({ createdAt: AT });
    },
  );

  it('may be in different units', () => {
    const { createdAt, expiresAt } = timesOf({ created_at: 1760712996, expires_at: '2025-10-17T15:56:36Z' });
    expect(expiresAt && createdAt && expiresAt.getTime() - createdAt.getTime()).toBe(3_600_000);
  });

  it('do without a creation', () => {
    expect(timesOf({ expires_at: 1760712996000 })).toEqual({ expiresAt: AT });
  });
});
