import { expect, it } from 'vitest';
import { bytesWithVideos, textOf } from '#lib/web/events/view-text.ts';
import { view } from '../../fixtures/records/video-views.ts';

it('writes a list of videos as JSON does, also an empty one', () => {
  const told = (body: Parameters<typeof bytesWithVideos>[0]) => String(Buffer.concat(bytesWithVideos(body)));
  for (const videos of [[], [view()], [view(), view({ eraId: 'built' })]]) {
    expect(JSON.parse(told({ videos }))).toEqual({ videos });
    const more = { videos, now: 'x', nextCursor: undefined };
    expect(JSON.parse(told(more))).toEqual({ videos, now: 'x' });
  }
  expect(textOf(view())).toBe(JSON.stringify(view()));
});

it('writes a list once for all who ask for it', () => {
  const videos = [view(), view({ eraId: 'built' })];
  const [one, other] = ['x', 'y'].map((now) => bytesWithVideos(Object.assign({ videos }, { now }))[1]);
  expect(one).toBeDefined();
  expect(one).toBe(other);
});
