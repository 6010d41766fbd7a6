import { expect, it } from 'vitest';
import { whyMissing } from '#lib/media/export/manifest.ts';
import type { MediaItem } from '#lib/media/index.ts';

const NOW_MS = Date.UTC(2026, 0, 2);
const item: MediaItem = { id: 'a', name: 'A', type: 'video', url: '', isLocalFile: false, fileSize: 1, createdAt: 1 };
const localPath = 'projects/p1/videos/a.mp4';
const originalUrl = 'https://example.com/a.mp4';

it.each<[string, Partial<MediaItem>]>([
  ['in the cloud', { localPath, isLocalFile: true, localState: 'in-cloud', originalUrl }],
  ['is offline', { localPath, localState: 'offline' }],
  ['Only a browser', { inBrowser: true, originalUrl }],
  ['Only its provider', { originalUrl, expiresAt: '2026-01-03T00:00:00Z' }],
  ['refused', { originalUrl, lostReason: 'The server refused the link.' }],
  ['gone from the library', { localPath, localState: 'missing', originalUrl, expiresAt: '2026-01-01T00:00:00Z' }],
  ['No copy', {}],
])('%s: %j', (words, fields) => {
  expect(whyMissing({ ...item, ...fields }, NOW_MS)).toContain(words);
});
