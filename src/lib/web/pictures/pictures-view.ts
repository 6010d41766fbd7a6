import type { FilmPictures, Picture } from '#lib/pictures/index.ts';
import { sourceOf } from '#lib/web/playback/source.ts';
import type { PicturesView, PictureView } from '#lib/web/videos/view.ts';

/** The pictures of a film as pages see them; undefined where there are none. */
export function picturesView(pictures: FilmPictures | undefined): PicturesView | undefined {
  const { poster, posterSmall, spriteSheet, spriteIndex } = pictures ?? {};
  const view: PicturesView = {
    ...named('poster', pictureView(poster)),
    ...named('posterSmall', pictureView(posterSmall)),
    ...spritesView(spriteSheet, spriteIndex),
  };
  return Object.keys(view).length > 0 ? view : undefined;
}

function named(name: 'poster' | 'posterSmall', picture: PictureView | undefined): Partial<PicturesView> {
  return picture ? { [name]: picture } : {};
}

function pictureView(picture: Picture | undefined): PictureView | undefined {
  if (!picture?.width || !picture.height) return undefined;
  return { src: sourceOf(picture), width: picture.width, height: picture.height };
}

function spritesView(sheet: Picture | undefined, index: Picture | undefined): Partial<PicturesView> {
  const { src, width, height } = pictureView(sheet) ?? {};
  if (!index || src === undefined || !width || !height) return {};
  return { sprites: { sheet: src, index: sourceOf(index), width, height } };
}
