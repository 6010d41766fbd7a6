import { expect, it } from 'vitest';
import type { ScrapedRecord } from '#lib/scrape/record/record.ts';
import { viewOf } from '#lib/scrape/record/views.ts';
import { storedRecord } from '../../fixtures/scrape/records.ts';

const picture = (name: string) => ({ name, sizeBytes: 5, sha256: 'b'.repeat(64), mimeType: 'image/webp', width: 640 });

it('names the pictures of a film in its store, unless they are of its former file', () => {
  const record = { ...storedRecord('news/rome', {}), pictures: { poster: picture('video.poster.webp') } };
  const poster = { name: 'news/rome/video.poster.webp', sha256: 'b'.repeat(64), width: 640 };
  expect(viewOf(record).pictures).toEqual({ poster });
  expect(viewOf({ ...record, pictures: { ...record.pictures, isDue: true } }).pictures).toBeUndefined();
});

it('says until when a process has it, and nothing else of its lease', () => {
  const lease = { owner: 'host:1', fence: 1, expiresAt: '2026-11-30T10:00:00.000Z' };
  const record: ScrapedRecord = { ...storedRecord('news/rome', {}), lease };
  expect(viewOf(record).download_held_until).toBe(lease.expiresAt);
  expect(JSON.stringify(viewOf(record))).not.toContain('host:1');
  expect('download_held_until' in viewOf(storedRecord('news/rome', {}))).toBe(false);
});
