import { expect, it } from 'vitest';
import { toLiveProgress } from '#lib/web/videos/live-progress.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const at = '2026-11-21T12:00:00.000Z';

it('tells why it tries again by the code alone: the reason may quote a server', () => {
  const retrying = { stage: 'retrying', attempt: 2, waitMs: 500, reason: '/srv, https://o.test?s=1: “said”' } as const;
  expect(toLiveProgress({ ...retrying, code: 'network' }, NOW_MS)).toEqual({
    ...{ stage: 'retrying', at, waitMs: 500 },
    reason: 'The provider could not be reached.',
  });
  expect(toLiveProgress(retrying, NOW_MS)).toEqual({ stage: 'retrying', at, waitMs: 500 });
});
