import { expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { finalPathOf, localPathOf } from '#lib/wanx/videos/video-paths.server.ts';

const settings = { ...readSettings(), projectRoot: '/srv/app', videoDir: '/srv/app/static/videos' };

it('puts a film into the video folder under the names of its place and era', () => {
  expect(finalPathOf(settings, 'eiffel-tower', '1900')).toBe('/srv/app/static/videos/eiffel-tower-1900.mp4');
});

it.each([
  ['/srv/app/static/videos/a-b.mp4', 'static/videos/a-b.mp4'],
  ['/srv/app/..data/a-b.mp4', '/srv/app/..data/a-b.mp4'],
  ['/mnt/disk/a-b.mp4', '/mnt/disk/a-b.mp4'],
  ['/srv/application/a-b.mp4', '/srv/application/a-b.mp4'],
])('keeps %s as %s', (path, expected) => {
  expect(localPathOf(settings, path)).toBe(expected);
});
