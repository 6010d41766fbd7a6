import { describe, expect, it } from 'vitest';
import { posterSources } from '#lib/components/pictures/poster.ts';

const poster = { src: '/videos/a.v1.poster.webp?v=1', width: 1280, height: 720 };
const posterSmall = { src: '/videos/a.v1.poster-640.webp?v=2', width: 640, height: 360 };

describe('the sources of a poster', () => {
  it('lets the browser choose the size, and gives an old one the small picture', () => {
    expect(posterSources({ poster, posterSmall })).toEqual({
      src: posterSmall.src,
      srcset: `${posterSmall.src} 640w, ${poster.src} 1280w`,
    });
  });

  it('has the one there is', () => {
    expect(posterSources({ poster })).toEqual({ src: poster.src, srcset: `${poster.src} 1280w` });
  });

  it.each([undefined, {}, { posterSmall }])('is nothing without a poster: %o', (pictures) => {
    expect(posterSources(pictures)).toBeUndefined();
  });
});
