import { linkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { needsTidying, secondNames, tidyFilms } from '#lib/jobs/versions/tidy-films.server.ts';
import { FilmFolder, formerFilm, TWO_FILES, TWO_FILMS } from '../../fixtures/records/film-folder.ts';

const DAY_MS = 24 * 3_600_000;
const NOW = '2026-11-21T12:00:00.000Z';

function versions(...former: ReturnType<typeof formerFilm>[]): Partial<JobRecord> {
  return { versions: { last: 2, current: 2, former } };
}
const deleted = formerFilm(1, { localPath: 'rome.v1.mp4.deleted', deletedAt: NOW });
const DELETED_FILES = { 'rome.mp4': 'film-2', 'rome.v1.mp4.deleted': 'film-1' };

describe('tidying up', () => {
  it.each<[string, Partial<JobRecord>, Record<string, string>, Record<string, string>]>([
    ['removes what was dropped', versions(formerFilm(1, { isDropped: true })), TWO_FILES, { 'rome.mp4': 'film-2' }],
    [
      'gives the current film its plain name',
      { localPath: 'rome.v2.mp4' },
      { 'rome.v2.mp4': 'film-2' },
      { 'rome.mp4': 'film-2' },
    ],
  ])('%s, as the record says that there is something to do', async (_what, more, files, left) => {
    const world = await FilmFolder.with({ ...TWO_FILMS, ...more }, files);
    expect(needsTidying(world.films, world.record)).toBe(true);
    await tidyFilms(world.films, { thorough: false });
    expect([world.files(), needsTidying(world.films, world.record)]).toEqual([left, false]);
  });

  it('removes for good what was deleted a day ago, and not before', async () => {
    const world = await FilmFolder.with({ ...TWO_FILMS, ...versions(deleted) }, DELETED_FILES);
    world.clock.advance(DAY_MS - 1);
    expect(needsTidying(world.films, world.record)).toBe(false);
    await tidyFilms(world.films, { thorough: false });
    expect(world.files()).toEqual(DELETED_FILES);
    world.clock.advance(1);
    expect(needsTidying(world.films, world.record)).toBe(true);
    await tidyFilms(world.films, { thorough: false });
    expect([world.files(), world.record.versions?.former]).toEqual([{ 'rome.mp4': 'film-2' }, []]);
  });

  it('looks for second names only where it is thorough, and removes no film with one name', async () => {
    const world = await FilmFolder.with(TWO_FILMS, { ...TWO_FILES, 'rome.v3.mp4': 'film-x' });
    linkSync(join(world.folder, 'rome.mp4'), join(world.folder, 'rome.v2.mp4'));
    expect(needsTidying(world.films, world.record)).toBe(false);
    expect(secondNames(world.films.place, world.record)).toEqual([join(world.folder, 'rome.v2.mp4')]);
    await tidyFilms(world.films, { thorough: false });
    expect(Object.keys(world.files())).toContain('rome.v2.mp4');
    await tidyFilms(world.films, { thorough: true });
    expect(world.files()).toEqual({ ...TWO_FILES, 'rome.v3.mp4': 'film-x' });
  });

  it('changes nothing where all is in order', async () => {
    const world = await FilmFolder.with(TWO_FILMS, TWO_FILES);
    const before = world.record;
    expect(needsTidying(world.films, before)).toBe(false);
    await tidyFilms(world.films, { thorough: true });
    expect([world.record, world.files()]).toEqual([before, TWO_FILES]);
  });
});
