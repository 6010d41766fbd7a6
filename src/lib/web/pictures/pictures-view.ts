import type { FilmPictures, Picture } from '#lib/pictures/index.ts';
import { sourceOf } from '#lib/web/playback/source.ts';
import type { PicturesView, PictureView } from '#lib/web/videos/view.ts';

/**
 * The pictures of a film as pages see them; undefined where there are none.
 * @param base the address of their folder
 */
export function picturesView(pictures: FilmPictures | undefined, base = '/videos'): PicturesView | undefined {
  const { poster, posterSmall, spriteSheet, spriteIndex } = pictures ?? {};
  const view: PicturesView = {
    ...named('poster', pictureView(poster, base)),
    ...named('posterSmall', pictureView(posterSmall, base)),
    ...spritesView(spriteSheet, spriteIndex, base),
  };
  return Object.keys(view).length > 0 ? view : undefined;
}

function named(name: 'poster' | 'posterSmall', picture: PictureView | undefined): Partial<PicturesView> {
  return picture ? { [name]: picture } : {};
}

function pictureView(picture: Picture | undefined, base: string): PictureView | undefined {
  if (!picture?.width || !picture.height) return undefined;
  return { src: sourceOf(picture, base), width: picture.width, height: picture.height };
}

function spritesView(sheet: Picture | undefined, index: Picture | undefined, base: string): Partial<PicturesView> {
  const { src, width, height } = pictureView(sheet, base) ?? {};
  if (!index || src === undefined || !width || !height) return {};
  return { sprites: { sheet: src, index: sourceOf(index, base), width, height } };
}
