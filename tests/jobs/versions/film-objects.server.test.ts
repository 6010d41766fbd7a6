import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { hasLocalCopies, removeLocalCopies, removeObject } from '#lib/jobs/versions/film-objects.server.ts';
import { FilmFolder, formerFilm } from '../../fixtures/records/film-folder.ts';

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');
const object = { location: 's3://films', name: 'a' };
const stored = { object, sizeBytes: 6, sha256: sha256Of('film-1') };
const current: Partial<JobRecord> = { status: 'ready', localPath: 'rome.mp4', ...stored };

describe('the local file of a film in object storage', () => {
  it.each<[string, Partial<JobRecord>, string]>([
    ['the current one', current, 'rome.mp4'],
    ['the one that is to be replaced', { status: 'generating', previous: { ...current, status: 'ready' } }, 'rome.mp4'],
    ['a former one', { versions: { last: 1, former: [formerFilm(1, stored)] } }, 'rome.v1.mp4'],
    [
      'what else was delivered',
      { assets: [{ name: 'p', format: 'jpeg', localPath: 'rome.jpg', ...stored }] },
      'rome.jpg',
    ],
  ])('goes: %s', async (_what, record, name) => {
    const world = await FilmFolder.with(record, { [name]: 'film-1' });
    expect(hasLocalCopies(world.films.place, world.record)).toBe(true);
    await removeLocalCopies(world.films);
    expect([world.files(), world.removed]).toEqual([{}, []]);
    expect(hasLocalCopies(world.films.place, world.record)).toBe(false);
  });

  it.each<[string, Partial<JobRecord>, string, string]>([
    ['has other bytes', current, 'rome.mp4', 'film-9'],
    ['has another size', current, 'rome.mp4', 'film'],
    ['is not uploaded', { ...current, object: undefined }, 'rome.mp4', 'film-1'],
    ['is of no known content', { ...current, sha256: undefined }, 'rome.mp4', 'film-1'],
    ['is on its way there again', { ...current, uploads: {} as never }, 'rome.mp4', 'film-1'],
  ])('stays where it %s', async (_what, record, name, content) => {
    const world = await FilmFolder.with(record, { [name]: content });
    await removeLocalCopies(world.films);
    expect(world.files()).toEqual({ [name]: content });
  });
});

describe('an object', () => {
  it('is removed where its store can be reached', async () => {
    const world = await FilmFolder.with(current, {});
    expect([await removeObject(world.films.place, object), world.removed]).toEqual([true, ['s3://films/a']]);
  });

  it.each([
    ['fails', () => ({ remove: () => Promise.reject(new Error('away')) }) as never],
    ['is not known', undefined],
  ])('counts as there while its store %s', async (_what, objectsAt) => {
    const world = await FilmFolder.with(current, {});
    expect(await removeObject({ ...world.films.place, objectsAt }, object)).toBe(false);
  });
});
