import { expect, it } from 'vitest';
import { parsePictureName, stemOf } from '#lib/jobs/record/picture-names.ts';

it.each([
  ['/a/b.c/film.mp4', '/a/b.c/film'],
  ['/a/b.c/film', '/a/b.c/film'],
  ['/a/film.v2.mp4', '/a/film.v2'],
])('the stem of %s', (path, stem) => {
  expect(stemOf(path)).toBe(stem);
});

it.each([
  ['harbour-1900.v1.poster.webp', { stem: 'harbour-1900.v1', kind: 'poster' }],
  ['harbour-1900.v1.poster-640.webp', { stem: 'harbour-1900.v1', kind: 'posterSmall' }],
  ['harbour-1900.v12.sprites.jpg', { stem: 'harbour-1900.v12', kind: 'spriteSheet' }],
  ['harbour-1900.v12.sprites.vtt', { stem: 'harbour-1900.v12', kind: 'spriteIndex' }],
  ['harbour-1900.mp4', undefined],
  ['.poster.webp', undefined],
  ['harbour.webp', undefined],
])('the film of %s', (name, expected) => {
  expect(parsePictureName(name)).toEqual(expected);
});
