import { describe, expect, it } from 'vitest';
import { videoPath } from '#lib/openai-videos/api/video-path.ts';

describe('the path of a video', () => {
  it.each([
    ['video_1', '/videos/video_1'],
    ['a/b', '/videos/a%2Fb'],
    ['../models', '/videos/..%2Fmodels'],
    ['...', '/videos/...'],
    ['a?b#c', '/videos/a%3Fb%23c'],
    ['50%', '/videos/50%25'],
    ['日', '/videos/%E6%97%A5'],
    [' ', '/videos/%20'],
    ['x'.repeat(4096), `/videos/${'x'.repeat(4096)}`],
  ])('of %s', (id, path) => {
    expect(videoPath(id)).toBe(path);
    expect(new URL(`http://a/v1${path}`).pathname).toBe(`/v1${path}`);
  });

  it.each(['', '.', '..', '\ud800', 'x'.repeat(4097), undefined as never, 7 as never])('of none: %j', (id) => {
    expect(() => videoPath(id)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});
