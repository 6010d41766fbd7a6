import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import { forReaders, receiptText, showResult } from '../../../scripts/shared/make-video.ts';
import { HALF_DOLLAR, intentAt } from '../../fixtures/records/job-records.ts';
import { emptyProject, heard } from '../../fixtures/records/told-output.ts';

const AT = '2026-11-21T00:00:00.000Z';
const SIGNED = 'https://bucket.example/me.png?X-Amz-Signature=s3cret';

describe('a record for readers', () => {
  it('has nothing of the engine in it, and no signed link, now or of the earlier film', () => {
    const intent = { ...intentAt(AT), request: { image: SIGNED } };
    // As an older version wrote it.
    const asked = { request: { image: SIGNED } };
    const receipt = { at: AT, asked, estimate: HALF_DOLLAR, charged: { usd: 0 }, differences: [] };
    const captured = { taskId: 't', sizeBytes: 1, sha256: 'f' };
    const ids = { spotId: 'giza', eraId: 'today', prompt: 'a basic hut' };
    const record: VideoMetadata = {
      ...{ ...ids, status: 'failed', createdAt: AT, taskId: 't', fence: 2, captured, intent, receipt },
      lease: { owner: 'me', fence: 2, expiresAt: AT },
      previous: { status: 'ready', localPath: 'a.mp4', intent, receipt },
    };
    const shown = { ...receipt, asked: { request: { image: 'https://bucket.example/me.png?…' } } };
    expect(forReaders(record)).toEqual({
      ...{ ...ids, status: 'failed', createdAt: AT, taskId: 't', receipt: shown },
      previous: { status: 'ready', localPath: 'a.mp4', receipt: shown },
    });
  });
});

it('a receipt on paper has the notes about the file', () => {
  const ordered = { asked: {}, estimate: HALF_DOLLAR, charged: { usd: 0 } };
  const receipt = { at: AT, ...ordered, differences: ['ordered 5 s'], notes: ['8 bytes behind it'] };
  const record: VideoMetadata = { spotId: 'giza', eraId: 'today', prompt: '', status: 'ready', createdAt: AT, receipt };
  expect(receiptText(record, false).split('\n').slice(-2)).toEqual([
    '  differs    ordered 5 s',
    '  note       8 bytes behind it',
  ]);
});

it.each([
  ['{', 'Task t-1 may be paid for. Once the records can be read, capture it with: npm run rescue -- --task t-1\n'],
  ['[]', 'capture it with: npm run rescue -- --task t-1\n'],
])('a task whose record cannot be read (%j) is named with the way to its film', async (records, words) => {
  writeFileSync(emptyProject(), records);
  const { context, text } = heard();
  const result = { success: false, code: 'store-corrupt', error: 'no', retryable: false, taskId: 't-1' } as const;
  await showResult(context, 'giza/today', result);
  expect(text()).toContain(words);
});

it('a failure without a task and a record has no such words', async () => {
  writeFileSync(emptyProject(), '{');
  const { context, text } = heard();
  await showResult(context, 'giza/today', { success: false, code: 'store-corrupt', error: 'no', retryable: false });
  expect(text()).toBe('giza/today: no\n');
});
