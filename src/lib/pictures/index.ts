// The public surface: what providers, scripts and the web layer import. Poster, sprite sheet and WebVTT of a finished film.

import '#lib/base/supported-node.server.ts';

export type { FilmPictures, Picture } from '#lib/jobs/record/job-record.ts';
export { PICTURE_KINDS, type PictureKind, parsePictureName } from '#lib/jobs/record/picture-names.ts';
export { hasAllPictures } from '#lib/jobs/versions/intact-pictures.server.ts';
export { type FilmPictureOptions, makeFilmPictures } from './film-pictures.server.ts';
export { canMakePictures, makePictures, type PictureOptions, stopPictures } from './make-pictures.server.ts';
export { arePicturesDue, type FinishedFilm, finishedFilms } from './record-pictures.ts';
export type { DeliveredPictures } from './types.ts';
