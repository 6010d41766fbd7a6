import { describe, expect, it } from 'vitest';
import { filmName, idsOfName, stemOfName } from '#lib/scrape/record/names.ts';

const IDS = { channelId: 'news', videoId: 'v1.2' };

describe('the names of films', () => {
  it('are made of channel and id', () => {
    expect(filmName(IDS, 'mp4')).toBe('news/v1.2/video.mp4');
    expect(filmName(IDS, 'webm', 7)).toBe('news/v1.2/video~7.webm');
    expect(stemOfName('news/v1.2/video~7.webm')).toBe('news/v1.2/video~7');
  });

  it.each([
    ['news/v1.2/video.mp4', IDS],
    ['news/v1.2/video~7.poster-640.webp', IDS],
    ['news/v1.2/other.mp4', undefined],
    ['news/video.mp4', undefined],
    ['a/news/v1.2/video.mp4', undefined],
    ['news/v1.2/video~x.mp4', undefined],
  ])('tell whose %s is', (name, ids) => {
    expect(idsOfName(name)).toEqual(ids);
  });
});
