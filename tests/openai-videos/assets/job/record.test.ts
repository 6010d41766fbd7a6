import { describe, expect, it } from 'vitest';
import {
  type DownloadRecord,
  downloadFormat,
  downloadKey,
  downloadRecordSchema,
  dueMs,
  laterWork,
  placeClaim,
} from '#lib/openai-videos/assets/job/record.ts';
import {
  COMPLETED_AT,
  COMPLETED_MS,
  downloadRecord,
  MINUTE_MS,
  minutesAfter,
  PLACE,
} from '../../../fixtures/openai-videos/download-record.ts';

describe('the key of a job', () => {
  it('is its page, video and time, told apart whatever is in them', () => {
    const job = { notionPageId: 'a', soraVideoId: 'b', completedAt: COMPLETED_AT };
    expect(downloadKey({ ...job, batchId: 'x' } as never)).toBe(downloadKey(job));
    const others = [
      { ...job, notionPageId: 'a","b' },
      { ...job, soraVideoId: 'c' },
      { ...job, completedAt: minutesAfter(1) },
    ];
    expect(new Set([job, ...others].map(downloadKey)).size).toBe(4);
  });
});

describe('a record', () => {
  it('keeps fields of later versions', () => {
    const later = { ...downloadRecord(), cameLater: { a: 1 } };
    expect(downloadRecordSchema.parse(later)).toEqual(later);
  });

  it.each<Record<string, unknown>>([
    { status: 'paused' },
    { completedAt: 'yesterday' },
    { retryCount: -1 },
    { place: { ...PLACE, version: 0 } },
    { expiresBy: 'guess' },
  ])('is none with %o', (change) => {
    expect(downloadRecordSchema.safeParse({ ...downloadRecord(), ...change }).success).toBe(false);
  });

  it('owns its file name, in any case of letters', () => {
    expect(downloadFormat.claimsOf(downloadRecord())).toEqual([]);
    const claims = downloadFormat.claimsOf(downloadRecord({ place: PLACE }));
    expect(claims).toEqual([placeClaim('GENERATED-videos', { ...PLACE, folder: 'batch_1', stem: 'VIDEO_1' })]);
    expect(claims).not.toEqual([placeClaim('elsewhere', PLACE)]);
  });
});

describe('what is left to do, and when', () => {
  const missing = (...times: Array<string | undefined>) =>
    times.map((nextTryAt) => ({ type: 'thumbnail' as const, reason: 'x', tries: 1, ...(nextTryAt && { nextTryAt }) }));
  const ended = { status: 'completed', endedAt: minutesAfter(2) } as const;

  it.each<[string, Partial<DownloadRecord>, ReturnType<typeof laterWork>, number | undefined]>([
    ['a new job, at once', {}, undefined, 0],
    ['one that failed, at its time', { nextTryAt: minutesAfter(3) }, undefined, 3],
    ['one under way', { status: 'downloading' }, undefined, 0],
    ['one that is over', ended, undefined, undefined],
    ['its page', { ...ended, toDo: { notion: true } }, 'notion', 2],
    ['the page before pictures', { ...ended, toDo: { notion: true }, missing: missing(minutesAfter(9)) }, 'notion', 2],
    ['the first picture', { ...ended, missing: missing(minutesAfter(9), minutesAfter(5)) }, 'missing', 5],
    ['no picture that is given up', { ...ended, missing: missing(undefined) }, undefined, undefined],
    [
      'pictures to draw, after those to fetch',
      { ...ended, toDo: { pictures: true }, missing: missing(minutesAfter(9)) },
      'missing',
      9,
    ],
    ['pictures to draw', { ...ended, toDo: { pictures: true }, missing: missing(undefined) }, 'pictures', 2],
  ])('%s', (_what, change, work, minutes) => {
    const record = downloadRecord(change);
    expect(laterWork(record)).toBe(work);
    expect(dueMs(record)).toBe(minutes === undefined ? undefined : COMPLETED_MS + minutes * MINUTE_MS);
    expect(downloadFormat.isUnfinished(record)).toBe(minutes !== undefined);
  });
});
