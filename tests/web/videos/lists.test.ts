import { describe, expect, it } from 'vitest';
import { positionOf, VideoLists } from '#lib/web/videos/lists.ts';
import { at, view } from '../../fixtures/records/video-views.ts';

describe('the groups', () => {
  const lists = new VideoLists();
  const views = [
    view({ eraId: 'none' }),
    view({ eraId: 'late', state: 'generating', submittedAt: at(-5), expiresAt: at(90) }),
    view({ eraId: 'soon', state: 'uncaptured', submittedAt: at(-1), expiresAt: at(10) }),
    view({ eraId: 'open', state: 'generating', submittedAt: at(-9) }),
    view({ eraId: 'old', state: 'ready', completedAt: at(-100), src: '/videos/x.mp4' }),
    view({ eraId: 'new', state: 'ready', completedAt: at(-2), src: '/videos/y.mp4' }),
    view({ eraId: 'bad', state: 'failed', submittedAt: at(-50) }),
    view({ eraId: 'ended', state: 'canceled', submittedAt: at(-40) }),
  ];
  for (const [index, one] of views.entries()) lists.set(one, undefined, [0, index, '']);
  const eras = (group: 'under-way' | 'stopped' | 'saved') => lists.page(group, 9).videos.map(({ eraId }) => eraId);

  it('have the nearest deadline, and the latest, first', () => {
    expect(eras('under-way')).toEqual(['soon', 'late', 'open']);
    expect(eras('stopped')).toEqual(['ended', 'bad']);
    expect(eras('saved')).toEqual(['new', 'old']);
    expect(lists.counts).toEqual({ total: 8, made: 2, underWay: 3, failed: 1 });
  });

  it('take a cursor of their own only', () => {
    const { nextCursor = '' } = lists.page('saved', 1);
    expect(lists.page('saved', 1, positionOf('saved', nextCursor)).videos).toMatchObject([{ eraId: 'old' }]);
    const others = ['', 'x', '!!', nextCursor.slice(2), Buffer.from('{}').toString('base64url'), 'bnVsbA'];
    for (const cursor of others)
      expect(() => positionOf('saved', cursor)).toThrow(expect.objectContaining({ problem: 'invalid-input' }));
    expect(() => positionOf('all', nextCursor)).toThrow(expect.objectContaining({ problem: 'invalid-input' }));
  });
});
