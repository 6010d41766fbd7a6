import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VideoBook } from '#lib/sandbox/openai-videos/video-book.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const ORDER = {
  ...{ model: 'sora-2', prompt: 'A harbour.', size: '720x1280', seconds: '4' },
  ...{ createdAtMs: 0, durationMs: 1, idempotencyKey: 'key-1' },
};
const CREATION = { atMs: 0, encoding: 'json', prompt: 'x', accepted: true, outcome: 'answered' } as const;

it('makes the same ids from the same seed, and none of them twice', () => {
  const ids = (book: VideoBook) => [book.accept(ORDER).id, book.accept(ORDER).id];
  const first = ids(new VideoBook({ seed: 'a', path: undefined }));
  expect(first[0]).toMatch(/^video_[0-9a-f]{48}$/);
  expect(first[0]).not.toBe(first[1]);
  expect(ids(new VideoBook({ seed: 'a', path: undefined }))).toEqual(first);
  expect(ids(new VideoBook({ seed: 'b', path: undefined }))).not.toEqual(first);
});

it('is read again by the next process', () => {
  const path = join(temporaryFolder(), 'videos.json');
  const book = new VideoBook({ seed: 'a', path });
  const video = book.accept(ORDER);
  book.noteCreation(CREATION);
  book.update(video, { outcome: 'swept' });
  const next = new VideoBook({ seed: 'other', path });
  expect(next.find(video.id)).toMatchObject({ outcome: 'swept' });
  expect(next.findByKey('key-1')?.id).toBe(video.id);
  expect(next.creations).toEqual([CREATION]);
  next.remove(video.id);
  next.reset();
  const last = new VideoBook({ seed: undefined, path });
  expect([last.videos, last.creations]).toEqual([[], []]);
  expect(last.accept(ORDER).id).not.toBe(video.id);
});

it('says which file is broken', () => {
  const path = join(temporaryFolder(), 'videos.json');
  writeFileSync(path, '{');
  expect(() => new VideoBook({ seed: undefined, path })).toThrow(
    expect.objectContaining({ code: 'store-corrupt', message: expect.stringContaining(path) }),
  );
});
