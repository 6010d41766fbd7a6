import { expect, it } from 'vitest';
import { listedVideo } from '#lib/scrape/video-downloader/plan/listed-video.ts';

it.each([
  [
    'a link in a list',
    { _type: 'url', id: 'a', url: 'https://s.example/watch?v=a', title: 'A' },
    { url: 'https://s.example/watch?v=a', videoId: 'a', title: 'A' },
  ],
  [
    'a video that has been opened: its page, not its file',
    {
      _type: 'video',
      id: 'a',
      url: 'https://cdn.example/a.mp4?sig=x',
      webpage_url: 'https://s.example/a',
      title: null,
    },
    { url: 'https://s.example/a', videoId: 'a', title: undefined },
  ],
  ['one without a page', { _type: 'url', id: 'a' }, undefined],
  ['a search', { _type: 'url', id: 'a', url: 'ytsearch:a' }, undefined],
  ['one without an id', { _type: 'url', url: 'https://s.example/a' }, undefined],
])('reads %s', (_what, entry, expected) => {
  expect(listedVideo(JSON.stringify(entry))).toEqual(expected);
});

it('ignores what is no JSON', () => {
  expect(listedVideo('Hello')).toBeUndefined();
});
