import { expect, it } from 'vitest';
import { serveVideo, videoSource } from '#lib/web/index.ts';
import { videoRecord, videoShelf } from '../fixtures/records/video-shelf.ts';

it('a finished video has an address, at which it may be kept for ever', async () => {
  const shelf = videoShelf();
  const record = videoRecord({ status: 'ready', ...shelf.put('eiffel-tower-1900.mp4', Uint8Array.of(1, 2, 3)) });
  shelf.record(record);
  const source = videoSource(record, '/media');
  expect(source).toBe(`/media/eiffel-tower-1900.mp4?v=${record.sha256?.slice(0, 16)}`);
  const response = await serveVideo(new Request(new URL(source ?? '', 'http://localhost')));
  expect((await response.arrayBuffer()).byteLength).toBe(3);
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, expect.stringContaining('immutable')]);
  expect(videoSource(record)).toMatch(/^\/videos\//);
});

it('one that is not there has none', () => {
  videoShelf();
  expect(videoSource(videoRecord({ status: 'generating' }))).toBeUndefined();
  const gone = videoRecord({ status: 'ready', localPath: 'static/videos/eiffel-tower-1900.mp4', sizeBytes: 3 });
  expect(videoSource(gone)).toBeUndefined();
});
