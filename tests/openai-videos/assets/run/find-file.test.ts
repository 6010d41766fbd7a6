import { describe, expect, it } from 'vitest';
import { DownloadStorage } from '#lib/openai-videos/assets/fetch/storage.server.ts';
import { findDownloadedFile } from '#lib/openai-videos/assets/run/find-file.ts';
import { createMemoryAssets } from '#lib/stores/assets/memory-assets.ts';
import { downloadRecord, PLACE, storedAsset } from '../../../fixtures/openai-videos/download-record.ts';

const storage = new DownloadStorage({ folder: '/videos', projectRoot: '/' });
const poster = { name: 'video_1_V1.poster.webp', sizeBytes: 5, sha256: 'def', mimeType: 'image/webp' };
const records = [
  downloadRecord({ soraVideoId: 'waiting' }),
  downloadRecord({ place: PLACE, assets: [storedAsset('video', 'video_1_V1.mp4')], pictures: { poster } }),
];

describe('a file by its folder and name', () => {
  it.each([
    ['video_1_V1.mp4', { path: '/videos/BATCH_1/video_1_V1.mp4', sizeBytes: 10, sha256: 'abc', mimeType: 'video/mp4' }],
    [poster.name, { path: `/videos/BATCH_1/${poster.name}`, sizeBytes: 5, sha256: 'def', mimeType: 'image/webp' }],
  ])('is found on record: %s', (fileName, file) => {
    expect(findDownloadedFile(records, storage, { folder: 'BATCH_1', fileName })).toEqual(file);
  });

  it.each([
    ['BATCH_1', 'video_1_V2.mp4'],
    ['BATCH_2', 'video_1_V1.mp4'],
    ['BATCH_1', '../BATCH_1/video_1_V1.mp4'],
    ['.', 'BATCH_1/video_1_V1.mp4'],
    ['BATCH_1', ''],
  ])('is never a path: %s, %s', (folder, fileName) => {
    expect(findDownloadedFile(records, storage, { folder, fileName })).toBeUndefined();
  });

  it('is not here where another store has it', () => {
    const elsewhere = new DownloadStorage({ folder: '/videos', projectRoot: '/', assets: createMemoryAssets() });
    expect(findDownloadedFile(records, elsewhere, { folder: 'BATCH_1', fileName: 'video_1_V1.mp4' })).toBeUndefined();
  });
});
