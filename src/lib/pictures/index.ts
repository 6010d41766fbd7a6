// The public surface: what providers, scripts and the web layer import. Poster, sprite sheet and WebVTT of a finished film.

import '#lib/base/supported-node.server.ts';

export type { FilmPictures, Picture } from '#lib/jobs/record/job-record.ts';
export { type FilmPictureOptions, hasAllPictures, makeFilmPictures } from './film-pictures.server.ts';
export { canMakePictures, makePictures, type PictureOptions, stopPictures } from './make-pictures.server.ts';
export { PICTURE_KINDS, type PictureKind, parsePictureName } from './picture-names.ts';
export { arePicturesDue, type FinishedFilm, finishedFilms } from './record-pictures.ts';
export type { DeliveredPictures } from './types.ts';
