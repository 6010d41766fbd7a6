import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { FilmPictures } from '#lib/jobs/record/job-record.ts';
import { PICTURE_KINDS } from '#lib/jobs/record/picture-names.ts';
import { hasAllPictures, intactPictures } from '#lib/jobs/versions/intact-pictures.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const named = (kind: string) => ({ name: `rome.${kind}`, sizeBytes: 4, sha256: kind, mimeType: 'image/webp' });
const ALL: FilmPictures = {
  filmSha256: 'rome',
  ...Object.fromEntries(PICTURE_KINDS.map((kind) => [kind, named(kind)])),
};
const ALL_FILES = Object.fromEntries(PICTURE_KINDS.map((kind) => [`rome.${kind}`, 'draw']));

function placeOf(files: Record<string, string>) {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return { pathOf: (path: string) => join(folder, path) };
}

it.each<[string, FilmPictures | undefined, Record<string, string>, boolean]>([
  ['each is as large as on record', ALL, ALL_FILES, true],
  ['they are not on record', undefined, ALL_FILES, false],
  ['one is gone', ALL, { ...ALL_FILES, 'rome.poster': '' }, false],
  ['they are of another film', { ...ALL, filmSha256: 'other' }, ALL_FILES, false],
  ['one is not on record', { ...ALL, spriteIndex: undefined }, ALL_FILES, false],
])('whether a film has all its pictures, where %s', (_what, pictures, files, areThere) => {
  const film = { localPath: 'rome.mp4', sha256: 'rome', pictures };
  expect(hasAllPictures(placeOf(files), film)).toBe(areThere);
});

it('names those that are there', () => {
  const place = placeOf({ ...ALL_FILES, 'rome.poster': 'cut' });
  const { filmSha256: _film, poster: _gone, ...others } = ALL;
  expect(intactPictures(place, { localPath: 'rome.mp4', sha256: 'rome', pictures: ALL })).toEqual(others);
});
