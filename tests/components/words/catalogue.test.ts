import { describe, expect, it } from 'vitest';
import { eraLabel, firstShown, momentsOf } from '#lib/components/words/catalogue.ts';
import type { VideoView } from '#lib/web/videos/view.ts';
import { view } from '../../fixtures/records/video-views.ts';

const place = { id: 'rome', name: 'Rome', eras: ['old', 'middle', 'new'].map((id) => ({ id, name: id })) };
const viewsOf = (...views: VideoView[]) => new Map(views.map((one) => [one.key, one]));
const inRome = (eraId: string, fields: Partial<VideoView>) => view({ spotId: 'rome', eraId, ...fields });
const ready = { state: 'ready', src: '/videos/x.mp4' } as const;

describe('a place and its eras', () => {
  it('counts what the server does not speak of as not made', () => {
    const moments = momentsOf(place, viewsOf(inRome('old', ready)));
    expect(moments.map(({ view: { key, state } }) => [key, state])).toEqual([
      ['rome/old', 'ready'],
      ['rome/middle', 'none'],
      ['rome/new', 'none'],
    ]);
    expect(moments[1]?.view.estimateUsd).toBeNull();
  });

  it.each([
    ['the newest that is ready', [inRome('old', ready), inRome('middle', ready)], 1],
    ['a film that is being replaced', [inRome('old', ready), inRome('middle', { ...ready, state: 'generating' })], 1],
    ['else what is being made', [inRome('new', { state: 'generating' })], 2],
    ['else the oldest', [], 0],
  ])('shows %s first', (_what, views, expected) => {
    expect(firstShown(momentsOf(place, viewsOf(...views)))).toBe(expected);
  });

  it('names an era by its period, where it has one', () => {
    expect(eraLabel({ id: 'a', name: 'Belle Époque', period: '1900' })).toBe('1900, Belle Époque');
    expect(eraLabel({ id: 'a', name: 'Long ago' })).toBe('Long ago');
  });
});
