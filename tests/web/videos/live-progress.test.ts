import { expect, it } from 'vitest';
import type { GenerateProgress } from '#lib/wanx/index.ts';
import { toLiveProgress } from '#lib/web/videos/live-progress.ts';
import { NOW, NOW_MS } from '../../fixtures/records/video-views.ts';

const downloading = { stage: 'downloading', bytesReceived: 5, bytesPerSecond: 2 } as const;

it.each<[GenerateProgress, object]>([
  [{ stage: 'prompt', prompt: 'a secret until it is made' }, { stage: 'prompt' }],
  [{ stage: 'verifying', bytesReceived: 9 }, { stage: 'verifying' }],
  [
    { stage: 'queued', taskId: 't', elapsedMs: 7 },
    { stage: 'queued', elapsedMs: 7 },
  ],
  [
    { stage: 'generating', taskId: 't', elapsedMs: 8 },
    { stage: 'generating', elapsedMs: 8 },
  ],
  [downloading, downloading],
  [
    { ...downloading, bytesTotal: 9, etaSeconds: 2 },
    { ...downloading, bytesTotal: 9, etaSeconds: 2 },
  ],
])('of %j pages see %j', (progress, expected) => {
  expect(toLiveProgress(progress, NOW_MS)).toEqual({ ...expected, at: NOW });
});

it('tells why it tries again by the code alone: the reason may quote a server', () => {
  const retrying = { stage: 'retrying', attempt: 2, waitMs: 500, reason: '/srv, https://o.test?s=1: “said”' } as const;
  expect(toLiveProgress({ ...retrying, code: 'network' }, NOW_MS)).toEqual({
    ...{ stage: 'retrying', at: NOW, waitMs: 500 },
    reason: 'The provider could not be reached.',
  });
  expect(toLiveProgress(retrying, NOW_MS)).toEqual({ stage: 'retrying', at: NOW, waitMs: 500 });
});
