import { describe, expect, it } from 'vitest';
import { jobAnswer } from '#lib/sandbox/openai-videos/job-answer.ts';
import type { SandboxVideo } from '#lib/sandbox/openai-videos/video-book.server.ts';
import { createVideosWorld } from '#lib/sandbox/openai-videos/videos.server.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';

const START_MS = 1_760_627_796_500;
const VIDEO: SandboxVideo = {
  ...{ id: 'video_1', model: 'sora-2', prompt: 'A harbour.', size: '720x1280', seconds: '4', revision: 0 },
  ...{ createdAtMs: START_MS, durationMs: 4000 },
};
const answer = (afterMs: number, changes: Partial<SandboxVideo> = {}, ...faults: string[]) => {
  const host = { clock: new FakeClock(START_MS + afterMs), requests: [], closing: new AbortController().signal };
  const world = createVideosWorld({}, host);
  return jobAnswer(world, { ...VIDEO, ...changes }, new Map(faults.map((name) => [name, {}])) as never);
};

describe('a job as it is shown', () => {
  it.each<[number, Partial<SandboxVideo>, object]>([
    [0, {}, { status: 'queued', progress: 0, completed_at: null, expires_at: null, error: null }],
    [2500, {}, { status: 'in_progress', progress: 50 }],
    [4000, {}, { status: 'completed', progress: 100, completed_at: 1_760_627_800, expires_at: 1_760_631_400 }],
    [4000, { outcome: 'swept' }, { status: 'completed', expires_at: null }],
    [4000, { failure: { code: 'a', message: 'b' } }, { status: 'failed', error: { code: 'a', message: 'b' } }],
    [4000, { outcome: 'job-cancelled' }, { status: 'cancelled' }],
    [4000, { outcome: 'job-expired' }, { status: 'expired' }],
    [9000, { outcome: 'never-finishes' }, { status: 'in_progress', progress: 99 }],
    [2500, { outcome: 'odd-status' }, { status: 'paused' }],
  ])('after %d ms, %o', (afterMs, changes, expected) => {
    expect(answer(afterMs, changes)).toMatchObject({
      id: 'video_1',
      object: 'video',
      created_at: 1_760_627_796,
      ...expected,
    });
  });

  it.each<[string, object]>([
    ['ms-times', { created_at: START_MS }],
    ['iso-times', { created_at: new Date(START_MS).toISOString() }],
    ['other-id', { id: expect.stringMatching(/^video_(?!1$)/) }],
  ])('with the fault %s', (fault, expected) => {
    expect(answer(0, {}, fault)).toMatchObject(expected);
  });

  it('without times, or with nothing but id and status', () => {
    expect(answer(0, {}, 'no-times')).not.toHaveProperty('created_at');
    expect(answer(0, {}, 'sparse-job')).toEqual({ id: 'video_1', status: 'queued' });
  });
});
