import { describe, expect, it } from 'vitest';
import {
  type WatchRecord,
  watchFormat,
  watchKey,
  watchRecordSchema,
} from '#lib/openai-videos/assets/watch/watch-record.ts';

const AT = '2026-11-21T12:00:00.000Z';
const RECORD: WatchRecord = {
  ...{ notionPageId: 'page-1', soraVideoId: 'video_1', batchId: 'B', endpoint: 'http://a/v1' },
  ...{ watchedSince: AT, looks: 0, nextLookAt: '2026-11-21T12:00:05.000Z' },
};

describe('a watched video', () => {
  it('is due at its next look, as long as it is on record', () => {
    expect(watchFormat.dueMs(RECORD)).toBe(Date.parse(AT) + 5000);
    expect(watchFormat.isUnfinished({ ...RECORD, completedAt: AT })).toBe(true);
    expect(watchFormat.taskIdsOf(RECORD)).toEqual(['video_1']);
  });

  it('is one for each page and video, whatever is in their ids', () => {
    const keys = [
      RECORD,
      { notionPageId: 'page-1","video_1', soraVideoId: '' },
      { notionPageId: 'page-2', soraVideoId: 'video_1' },
    ].map(watchKey);
    expect(new Set(keys).size).toBe(3);
    expect(watchKey({ ...RECORD, batchId: 'another' } as WatchRecord)).toBe(keys[0]);
  });

  it('keeps what a later version has added, and is refused without a time', () => {
    expect(watchRecordSchema.parse({ ...RECORD, cameLater: 1 })).toHaveProperty('cameLater', 1);
    expect(watchRecordSchema.safeParse({ ...RECORD, nextLookAt: 'soon' }).success).toBe(false);
  });
});
