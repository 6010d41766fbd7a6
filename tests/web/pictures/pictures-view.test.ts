import { describe, expect, it } from 'vitest';
import { picturesView } from '#lib/web/pictures/pictures-view.ts';

const picture = (name: string, size: object = { width: 640, height: 360 }) => ({
  ...{ name, sizeBytes: 7, sha256: 'abc', mimeType: 'image/jpeg' },
  ...size,
});

describe('the pictures of a film as pages see them', () => {
  it('are addresses with their sizes, and no facts of files', () => {
    const pictures = {
      ...{ filmSha256: 'film', isDue: true, missing: ['x'], poster: picture('a.jpg'), posterSmall: picture('s.jpg') },
      ...{ spriteSheet: picture('sheet.jpg', { width: 1600, height: 900 }), spriteIndex: picture('a.vtt', {}) },
    };
    expect(picturesView(pictures)).toEqual({
      poster: { src: '/videos/a.jpg?v=abc', width: 640, height: 360 },
      posterSmall: { src: '/videos/s.jpg?v=abc', width: 640, height: 360 },
      sprites: { sheet: '/videos/sheet.jpg?v=abc', index: '/videos/a.vtt?v=abc', width: 1600, height: 900 },
    });
  });

  it('are none where there are none, or a page could leave no room for them', () => {
    expect([picturesView(undefined), picturesView({}), picturesView({ poster: picture('a.jpg', {}) })]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });

  it('have no sprites with half of them', () => {
    expect(picturesView({ spriteSheet: picture('sheet.jpg') })).toBeUndefined();
    expect(picturesView({ spriteIndex: picture('a.vtt'), poster: picture('a.jpg') })).not.toHaveProperty('sprites');
  });
});
