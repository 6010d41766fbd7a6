import { describe, expect, it } from 'vitest';
import { imageSizeOf } from '#lib/wanx/uploads/image-size.ts';

// The first bytes of pictures of 300 × 242 pixels, as ffmpeg wrote them.
const JPEG =
  '/9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAgEBAQEBAUFBQUFBQYGBgYGBgYGBgYGBgYHBwcICAgHBwcGBgcHCAgICAkJCQgICAgJCQoKCgwMCwsODg4RERT/xABNAAEBAAAAAAAAAAAAAAAAAAAABgEBAQEAAAAAAAAAAAAAAAAAAAYHEAEAAAAAAAAAAAAAAAAAAAAAEQEAAAAAAAAAAAAAAAAAAAAA/8AAEQgA8gEs';
const heads = {
  'a PNG': 'iVBORw0KGgoAAAANSUhEUgAAASwAAADyCAIAAAB4XG/JAA==',
  'a BMP': 'Qk3+UgMAAAAAADYAAAAoAAAALAEAAPIAAAABABgAAAAAAA==',
  'a WebP': 'UklGRvgAAABXRUJQVlA4IOwAAADwEwCdASosAfIAPpFIoQ==',
  'a lossless WebP': 'UklGRigAAABXRUJQVlA4TBsAAAAvK0E8AAcQ7Y/+BxSkbQ==',
  'a WebP with transparency': 'UklGRhwBAABXRUJQVlA4WAoAAAAQAAAAKwEA8QAAQUxQSA==',
  'a JPEG': JPEG,
};

describe('imageSizeOf', () => {
  it.each(Object.entries(heads))('reads %s', (_what, base64) => {
    expect(imageSizeOf(Buffer.from(base64, 'base64'))).toEqual({ width: 300, height: 242 });
  });

  it('reads a progressive JPEG and a BMP from the top down', () => {
    const progressive = Buffer.from(JPEG, 'base64');
    progressive[progressive.length - 8] = 0xc2;
    expect(imageSizeOf(progressive)).toEqual({ width: 300, height: 242 });
    const fromTheTop = Buffer.from(heads['a BMP'], 'base64');
    fromTheTop.writeInt32LE(-242, 22);
    expect(imageSizeOf(fromTheTop)).toEqual({ width: 300, height: 242 });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a text', Buffer.from('hello, this is no picture at all')],
    ['a JPEG cut before its frame', Buffer.from(JPEG, 'base64').subarray(0, 120)],
    ['a JPEG without a frame', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xc4, 0, 2]), Buffer.alloc(40)])],
    ['another RIFF', Buffer.from('RIFF0000WAVEfmt 0000000000000000')],
    ['a WebP of an unknown kind', Buffer.from('RIFF0000WEBPVP9 0000000000000000')],
  ])('does not know the size of %s', (_what, head) => {
    expect(imageSizeOf(head)).toBeUndefined();
  });
});
