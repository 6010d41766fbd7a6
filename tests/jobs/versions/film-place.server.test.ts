import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  freeNumber,
  hasFilm,
  isOwnName,
  isSecondName,
  pathsOnRecord,
  picturesOf,
} from '#lib/jobs/versions/film-place.server.ts';
import { jobRecord } from '../../fixtures/records/job-records.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const place = () => ({ finalPath: at('rome.mp4'), localPath: 'rome.mp4', pathOf: at });
const put = (name: string, text = 'film') => writeFileSync(at(name), text);

beforeEach(() => {
  folder = temporaryFolder();
});

describe('the film of a record', () => {
  it.each<[string, Parameters<typeof hasFilm>[1], boolean]>([
    ['is there, and as large', { localPath: 'rome.mp4', sizeBytes: 4 }, true],
    ['is there, and nobody knows how large', { localPath: 'rome.mp4' }, true],
    ['is another one', { localPath: 'rome.mp4', sizeBytes: 5 }, false],
    ['is gone', { localPath: 'gone.mp4' }, false],
    ['is a folder', { localPath: 'folder' }, false],
    ['was never made', {}, false],
    [
      'is in object storage, which is taken at its word',
      { localPath: 'gone.mp4', object: { location: 's3://x', name: 'a' } },
      true,
    ],
  ])('%s: %#', (_what, film, isThere) => {
    put('rome.mp4');
    mkdirSync(at('folder'));
    expect(hasFilm(place(), film)).toBe(isThere);
  });

  it.each([
    ['rome.mp4', true],
    ['rome.v3.mp4', true],
    ['rome.v3.mp4.deleted', true],
    ['rome2.mp4', false],
    ['rome.v0.mp4', false],
    ['sub/rome.mp4', false],
    ['../rome.mp4', false],
  ])('may be called %s: %s', (name, isOwn) => {
    expect(isOwnName(place(), at(name))).toBe(isOwn);
  });

  it('has pictures that are named after it, and no other file', () => {
    const named = (name: string) => ({ name, sizeBytes: 1, sha256: 'a', mimeType: 'image/webp' });
    const pictures = {
      ...{ poster: named('rome.poster.webp'), posterSmall: named('rome.v2.poster-640.webp') },
      ...{ spriteSheet: named('romeo.sprites.jpg'), spriteIndex: named('../rome.sprites.vtt') },
    };
    expect(picturesOf(place(), { status: 'ready', pictures })).toEqual([
      at('rome.poster.webp'),
      at('rome.v2.poster-640.webp'),
    ]);
  });
});

describe('the paths of a key', () => {
  const former = (version: number, localPath: string) => ({ status: 'ready' as const, version, localPath });
  const record = jobRecord({
    ...{ localPath: 'rome.mp4', previous: { status: 'ready', localPath: 'rome.mp4' } },
    versions: { last: 2, former: [former(1, 'rome.v1.mp4')] },
  });

  it('are those of all its films, each once', () => {
    expect(pathsOnRecord(place(), record)).toEqual([at('rome.mp4'), at('rome.v1.mp4')]);
  });

  it('are not all names of its films: a second one may go', () => {
    put('rome.v1.mp4');
    linkSync(at('rome.v1.mp4'), at('rome.v9.mp4'));
    put('rome.v8.mp4');
    const judged = ['rome.v9.mp4', 'rome.v8.mp4', 'rome.v1.mp4'].map((name) => isSecondName(place(), record, at(name)));
    expect(judged).toEqual([true, false, false]);
  });
});

describe('the number of a film that has none yet', () => {
  const versions = { last: 2, former: [] };

  it('is the next, or the preferred one where that is free', () => {
    expect([freeNumber(place(), versions), freeNumber(place(), versions, undefined, 1)]).toEqual([3, 1]);
  });

  it('passes over the name of a file that nobody knows, deleted ones as well', () => {
    put('rome.v3.mp4');
    put('rome.v4.mp4.deleted');
    expect([freeNumber(place(), versions), freeNumber(place(), versions, at('rome.mp4'), 3)]).toEqual([5, 5]);
  });

  it('may be one whose name is the film’s already', () => {
    put('rome.mp4');
    linkSync(at('rome.mp4'), at('rome.v3.mp4'));
    expect(freeNumber(place(), versions, at('rome.mp4'))).toBe(3);
  });
});
