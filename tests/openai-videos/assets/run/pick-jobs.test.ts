import { describe, expect, it } from 'vitest';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';
import { dueWork, nextDueMs } from '#lib/openai-videos/assets/run/pick-jobs.ts';
import {
  COMPLETED_MS,
  downloadRecord,
  MINUTE_MS,
  minutesAfter,
} from '../../../fixtures/openai-videos/download-record.ts';

const NOW_MS = COMPLETED_MS + 10 * MINUTE_MS;
const job = (soraVideoId: string, change: Partial<DownloadRecord> = {}) => downloadRecord({ soraVideoId, ...change });
const done = { status: 'completed', endedAt: minutesAfter(1) } as const;
const picture = (minutes: number) => ({
  missing: [{ type: 'thumbnail' as const, reason: 'x', tries: 1, nextTryAt: minutesAfter(minutes) }],
});

describe('the work that is due', () => {
  it('is films first, of those the nearest deadline, of those the one that was queued first', () => {
    const records = [
      job('its page', { ...done, toDo: { notion: true }, expiresAt: minutesAfter(1) }),
      job('a picture', { ...done, ...picture(9), expiresAt: minutesAfter(2) }),
      job('late', { expiresAt: minutesAfter(50) }),
      job('soon, queued last', { expiresAt: minutesAfter(20), queuedAt: minutesAfter(2) }),
      job('soon', { expiresAt: minutesAfter(20) }),
      job('a drawing', { ...done, toDo: { pictures: true } }),
    ];
    expect(dueWork(records, NOW_MS).map(({ record, kind }) => [kind, record.soraVideoId])).toEqual([
      ['film', 'soon'],
      ['film', 'soon, queued last'],
      ['film', 'late'],
      ['notion', 'its page'],
      ['missing', 'a picture'],
      ['pictures', 'a drawing'],
    ]);
  });

  it('is none that is over, or to be tried later; what is due at this moment is', () => {
    const records = [
      job('over', done),
      job('later', { nextTryAt: minutesAfter(11) }),
      job('now', { nextTryAt: minutesAfter(10) }),
    ];
    expect(dueWork(records, NOW_MS).map(({ record }) => record.soraVideoId)).toEqual(['now']);
  });
});

describe('when the next work is due', () => {
  it.each<[string, DownloadRecord[], number | undefined]>([
    ['never, if all is over', [job('a', done)], undefined],
    ['not what is due already', [job('a'), job('b', { nextTryAt: minutesAfter(10) })], undefined],
    ['the nearest', [job('a', { nextTryAt: minutesAfter(30) }), job('b', { ...done, ...picture(20) })], 20],
  ])('%s', (_what, records, minutes) => {
    expect(nextDueMs(records, NOW_MS)).toBe(minutes && COMPLETED_MS + minutes * MINUTE_MS);
  });
});
