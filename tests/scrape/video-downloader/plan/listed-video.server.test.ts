import { expect, it } from 'vitest';
import { listedVideo } from '#lib/scrape/video-downloader/plan/listed-video.server.ts';

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
  [
    'one without an id, as of a feed',
    { _type: 'url', url: 'https://s.example/a', title: 'A' },
    { url: 'https://s.example/a', videoId: expect.stringMatching(/^[0-9a-f]{16}$/), title: 'A' },
  ],
])('reads %s', (_what, entry, expected) => {
  expect(listedVideo(JSON.stringify(entry))).toEqual(expected);
});

it('ignores what is no JSON', () => {
  expect(listedVideo('Hello')).toBeUndefined();
});
