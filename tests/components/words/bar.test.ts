import { describe, expect, it } from 'vitest';
import { barOf } from '#lib/components/words/bar.ts';
import type { VideoView } from '#lib/web/videos/view.ts';
import { at, NOW_MS, view } from '../../fixtures/records/video-views.ts';

describe('the bar of a job', () => {
  it.each<[string, VideoView, string, number]>([
    ['time while the provider works', view({ state: 'generating', submittedAt: at(-150_000) }), 'time', 50],
    ['time, and no more than all of it', view({ state: 'generating', submittedAt: at(-9e6) }), 'time', 100],
    [
      'bytes when they are known',
      view({ state: 'uncaptured', live: { stage: 'downloading', at: at(0), bytesReceived: 25, bytesTotal: 100 } }),
      'bytes',
      25,
    ],
    [
      'nothing when it is not known how many',
      view({ state: 'uncaptured', live: { stage: 'downloading', at: at(0), bytesReceived: 25 } }),
      'none',
      0,
    ],
    [
      'all bytes while they are checked',
      view({ state: 'uncaptured', live: { stage: 'verifying', at: at(0) } }),
      'bytes',
      100,
    ],
  ])('means %s', (_what, one, measure, percent) => {
    expect(barOf(one, NOW_MS)).toMatchObject({ measure, percent });
  });
});
