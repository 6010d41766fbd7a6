import type { PicturesView } from '#lib/web/videos/view.ts';

/** `src` and `srcset` of an image that shows a film; undefined where it has no poster. */
export function posterSources(pictures: PicturesView | undefined): { src: string; srcset: string } | undefined {
  const { poster, posterSmall } = pictures ?? {};
  if (!poster) return undefined;
  const sizes = [posterSmall, poster].flatMap((one) => (one ? `${one.src} ${one.width}w` : []));
  return { src: (posterSmall ?? poster).src, srcset: sizes.join(', ') };
}
