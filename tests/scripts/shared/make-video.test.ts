import { describe, expect, it } from 'vitest';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import { forReaders, receiptText } from '../../../scripts/shared/make-video.ts';
import { HALF_DOLLAR, intentAt } from '../../fixtures/records/job-records.ts';

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
