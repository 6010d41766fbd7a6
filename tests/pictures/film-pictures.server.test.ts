import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FilmPictures, JobRecord } from '#lib/jobs/record/job-record.ts';
import { PICTURE_KINDS } from '#lib/jobs/record/picture-names.ts';
import { makeFilmPictures } from '#lib/pictures/film-pictures.server.ts';
import { FilmFolder, formerFilm } from '../fixtures/records/film-folder.ts';
import { rejection } from '../fixtures/wire/dashscope.ts';

const SHA256 = createHash('sha256').update('film-1').digest('hex');
const NO_FFMPEG = { environment: { PATH: '/nowhere' } };
const named = (kind: string) => ({ name: `rome.${kind}`, sizeBytes: 4, sha256: kind, mimeType: 'image/webp' });
const ALL: FilmPictures = {
  filmSha256: SHA256,
  ...Object.fromEntries(PICTURE_KINDS.map((kind) => [kind, named(kind)])),
};
const ALL_FILES = Object.fromEntries(PICTURE_KINDS.map((kind) => [`rome.${kind}`, 'draw']));
const FILM: Partial<JobRecord> = {
  ...{ status: 'ready', localPath: 'rome.mp4', sizeBytes: 6, sha256: SHA256 },
  completedAt: '2026-11-21T10:00:00.000Z',
};

function world(record: Partial<JobRecord> = {}, files: Record<string, string> = {}) {
  return FilmFolder.with({ ...FILM, ...record }, { 'rome.mp4': 'film-1', ...files });
}

describe('making them', () => {
  it.each<[string, Partial<JobRecord>, number | undefined]>([
    ['there is no film', { status: 'pending', localPath: undefined }, undefined],
    ['there is no film of this number', {}, 7],
  ])('makes none where %s', async (_what, record, version) => {
    const { films } = await world(record);
    expect(await makeFilmPictures(films, { version, ...NO_FFMPEG })).toBeUndefined();
  });

  it('leaves those alone that are there, unless told to make them anew', async () => {
    const one = await world({ pictures: ALL }, ALL_FILES);
    const before = one.record;
    expect(await makeFilmPictures(one.films, NO_FFMPEG)).toEqual(ALL);
    expect(one.record).toBe(before);
    const anew = await makeFilmPictures(one.films, { remake: true, ...NO_FFMPEG });
    // Nothing could be drawn: what was there stays, and the record says why there is nothing newer.
    expect(anew).toEqual({ ...ALL, missing: [expect.stringMatching(/ffmpeg/), expect.stringMatching(/ffmpeg/)] });
  });

  it('notes with the film, current or former, what is missing and why', async () => {
    const former = formerFilm(1, { sha256: SHA256, completedAt: FILM.completedAt });
    const two = await world({ versions: { last: 2, current: 2, former: [former] } }, { 'rome.v1.mp4': 'film-1' });
    await makeFilmPictures(two.films, { version: 1, ...NO_FFMPEG });
    const { pictures, versions } = two.record;
    expect([pictures, versions?.former[0]?.pictures?.missing]).toEqual([
      undefined,
      [expect.anything(), expect.anything()],
    ]);
  });

  it('is refused where the film is not the one on record', async () => {
    const one = await world();
    one.put('rome.mp4', 'film-9');
    expect(await rejection(makeFilmPictures(one.films, NO_FFMPEG))).toMatchObject({ code: 'integrity' });
  });

  it('notes nothing of a film that was replaced meanwhile', async () => {
    const one = await world();
    const { store } = one.films;
    const later = {
      get: store.get.bind(store),
      update: async (...call: Parameters<typeof store.update>) => {
        await store.update('rome', (current) => current && { ...current, sha256: 'newer' });
        return store.update(...call);
      },
    };
    await makeFilmPictures({ ...one.films, store: later }, NO_FFMPEG);
    expect([one.record.sha256, one.record.pictures]).toEqual(['newer', undefined]);
    expect(Object.keys(one.files())).toEqual(['rome.mp4']);
  });
});
