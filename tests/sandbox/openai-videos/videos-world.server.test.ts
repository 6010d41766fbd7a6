import { expect, it } from 'vitest';
import type { SandboxVideo } from '#lib/sandbox/openai-videos/video-book.server.ts';
import { progressOf, statusOf } from '#lib/sandbox/openai-videos/videos-world.server.ts';

/** A video that takes 1000 ms, so many after it was created. */
function at(ms: number, more: Partial<SandboxVideo> = {}) {
  const video = { createdAtMs: 5000, durationMs: 1000, ...more } as SandboxVideo;
  const world = { clock: { now: () => 5000 + ms } } as Parameters<typeof statusOf>[0];
  return [statusOf(world, video), progressOf(world, video)];
}

it.each<[number, Partial<SandboxVideo>, string, number]>([
  [0, {}, 'queued', 0],
  [249, {}, 'queued', 0],
  [250, {}, 'in_progress', 1],
  [625, {}, 'in_progress', 50],
  [999, {}, 'in_progress', 99],
  [1000, {}, 'completed', 100],
  [1000, { failure: { code: 'x', message: 'y' } }, 'failed', 99],
  [9000, { outcome: 'never-finishes' }, 'in_progress', 99],
  [1000, { outcome: 'job-cancelled' }, 'cancelled', 99],
  [1000, { outcome: 'job-expired' }, 'expired', 99],
  [100, { outcome: 'odd-status' }, 'queued', 0],
  [1000, { outcome: 'odd-status' }, 'paused', 99],
])('after %i ms a video of 1000 ms with %j is %s, at %i per cent', (ms, more, status, progress) => {
  expect(at(ms, more)).toEqual([status, progress]);
});
