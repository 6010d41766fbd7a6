import { describe, expect, it } from 'vitest';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { bringHome, deleteFilm, restoreFilm, undoDeletion } from '#lib/jobs/versions/film-changes.server.ts';
import { FilmFolder, formerFilm, TWO_FILES, TWO_FILMS } from '../../fixtures/records/film-folder.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const HOUR_MS = 3_600_000;
const twoFilms = (more: Partial<JobRecord> = {}, files: Record<string, string> = TWO_FILES) =>
  FilmFolder.with({ ...TWO_FILMS, ...more }, files);
const underWay: Partial<JobRecord> = { status: 'generating', previous: { status: 'ready', localPath: 'rome.mp4' } };
const inStore = (name: string) => ({ object: { location: 's3://films', name } });

describe('restoring a film', () => {
  it('makes it the current one, and the current one a former one; each keeps its number', async () => {
    const world = await twoFilms();
    expect(await restoreFilm(world.films, 1)).toMatchObject({
      ...{ localPath: 'rome.mp4', taskId: 'task-1' },
      versions: { last: 2, current: 1, former: [{ version: 2, localPath: 'rome.v2.mp4', taskId: 'task-2' }] },
    });
    expect(world.files()).toEqual({ 'rome.mp4': 'film-1', 'rome.v2.mp4': 'film-2' });
    await restoreFilm(world.films, 2);
    expect(world.files()).toEqual(TWO_FILES);
  });

  it('that is current already changes nothing', async () => {
    const world = await twoFilms();
    const before = world.record;
    expect(await restoreFilm(world.films, 2)).toBe(before);
  });

  it('in object storage moves no object', async () => {
    const former = [formerFilm(1, inStore('a'))];
    const world = await twoFilms({ ...inStore('b'), versions: { last: 2, current: 2, former } }, {});
    expect(await restoreFilm(world.films, 1)).toMatchObject({ localPath: 'rome.mp4', object: { name: 'a' } });
    expect(world.record.versions?.former).toMatchObject([
      { version: 2, localPath: 'rome.v2.mp4', object: { name: 'b' } },
    ]);
    expect([world.files(), world.removed]).toEqual([{}, []]);
  });

  it.each<[string, Partial<JobRecord>, Record<string, string>, number, string, RegExp]>([
    ['that is not kept', {}, TWO_FILES, 7, 'not-found', /no version 7. Versions kept: 2, 1/],
    ['whose file is gone', {}, { 'rome.mp4': 'film-2' }, 1, 'not-found', /file of version 1 .* gone/],
    ['while a new one is made', underWay, TWO_FILES, 1, 'busy', /under way/],
  ])('%s is refused, and nothing changes', async (_what, more, files, version, code, message) => {
    const world = await twoFilms(more, files);
    const before = world.record;
    expect(await rejection(restoreFilm(world.films, version))).toMatchObject({
      ...{ code, message: expect.stringMatching(message) },
    });
    expect([world.record, world.files()]).toEqual([before, files]);
  });
});

describe('deleting a film', () => {
  it.each<[string, number | undefined, Record<string, string>, object]>([
    [
      'that is current',
      undefined,
      { 'rome.v1.mp4': 'film-1', 'rome.v2.mp4.deleted': 'film-2' },
      { status: 'pending', versions: { last: 2, former: [{ version: 1 }, { version: 2, wasCurrent: true }] } },
    ],
    ['that is a former one', 1, { 'rome.mp4': 'film-2', 'rome.v1.mp4.deleted': 'film-1' }, { localPath: 'rome.mp4' }],
  ])('%s keeps its file for a day, and can be undone', async (_what, version, files, record) => {
    const world = await twoFilms();
    await deleteFilm(world.films, version);
    expect([world.files(), world.record]).toMatchObject([files, record]);
    world.clock.advance(23 * HOUR_MS);
    await undoDeletion(world.films);
    expect(world.files()).toEqual(TWO_FILES);
    expect(world.record).toMatchObject({ localPath: 'rome.mp4', versions: { current: 2, former: [{ version: 1 }] } });
  });

  it('whose file is gone leaves nothing to undo', async () => {
    const world = await twoFilms({}, { 'rome.mp4': 'film-2' });
    expect((await deleteFilm(world.films, 1)).versions?.former).toEqual([]);
  });

  it.each<[string, Partial<JobRecord>, number | undefined, string]>([
    ['while a new one is made', underWay, undefined, 'busy'],
    ['that is not kept', {}, 7, 'not-found'],
    [
      'whose name is not of this key',
      { versions: { last: 1, former: [formerFilm(1, { localPath: 'other.mp4' })] } },
      1,
      'not-found',
    ],
  ])('%s is refused, and no file changes', async (_what, more, version, code) => {
    const files = { ...TWO_FILES, 'other.mp4': 'film-x' };
    const world = await twoFilms(more, files);
    expect(await rejection(deleteFilm(world.films, version))).toMatchObject({ code });
    expect(world.files()).toEqual(files);
  });
});

describe('undoing a deletion', () => {
  it('is over after a day', async () => {
    const world = await twoFilms();
    await deleteFilm(world.films, 1);
    world.clock.advance(24 * HOUR_MS);
    expect(await rejection(undoDeletion(world.films))).toMatchObject({ message: expect.stringMatching(/for one day/) });
  });

  it('of the current film makes it a former one where another film is in its place by now', async () => {
    const world = await twoFilms();
    await deleteFilm(world.films);
    await restoreFilm(world.films, 1);
    await undoDeletion(world.films);
    expect(world.record.versions).toMatchObject({ current: 1, former: [{ version: 2, localPath: 'rome.v2.mp4' }] });
    expect(world.files()).toEqual({ 'rome.mp4': 'film-1', 'rome.v2.mp4': 'film-2' });
  });
});

describe('the plain name', () => {
  const away = { localPath: 'rome.v2.mp4' };

  it('is given to a current film that has only the one of its version', async () => {
    const world = await twoFilms(away, { 'rome.v1.mp4': 'film-1', 'rome.v2.mp4': 'film-2' });
    await bringHome(world.films);
    expect([world.files(), world.record.localPath]).toEqual([TWO_FILES, 'rome.mp4']);
  });

  it.each<[string, Partial<JobRecord>, Record<string, string>]>([
    ['a file that nobody knows has it', away, { 'rome.mp4': 'film-x', 'rome.v2.mp4': 'film-2' }],
    ['a new film is made', { ...underWay, ...away }, { 'rome.v2.mp4': 'film-2' }],
    ['the film lies under a foreign name', { localPath: 'other.mp4' }, { 'other.mp4': 'film-2' }],
  ])('is not given while %s', async (_what, more, files) => {
    const world = await twoFilms(more, files);
    const before = world.record;
    await bringHome(world.films);
    expect([world.files(), world.record]).toEqual([files, before]);
  });
});
