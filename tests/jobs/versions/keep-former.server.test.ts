import * as fs from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { recordCaptured, removeReplaced, withNewFilm } from '#lib/jobs/versions/keep-former.server.ts';
import { FilmFolder, formerFilm, TWO_FILES, TWO_FILMS } from '../../fixtures/records/film-folder.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

vi.mock('node:fs', { spy: true });
afterEach(() => void vi.restoreAllMocks());

const CAPTURED: NonNullable<JobRecord['captured']> = { taskId: 'task-3', sizeBytes: 6, sha256: 'c' };
const object = { location: 's3://films', name: 'a' };

/** What the record says, and which files there are, just before the new film is renamed into place. */
async function capture(record: Partial<JobRecord>, files: Record<string, string>) {
  const world = await FilmFolder.with(record, files);
  const leased = {
    patch: (change: (current: JobRecord) => Partial<JobRecord>) =>
      world.store.update('rome', (current) => current && { ...current, ...change(current) }),
  };
  const { finalPath, localPath } = world.films.place;
  const run = { job: {}, leased } as never;
  const done = recordCaptured(run, { finalPath, localPath } as never, CAPTURED);
  return { world, done };
}

function failing(code: string): void {
  vi.mocked(fs.linkSync).mockImplementation(() => {
    throw Object.assign(new Error(`${code}: link`), { code, syscall: 'link' });
  });
}

describe('the film in the place of a new one', () => {
  it.each([
    ['a second name', () => {}],
    ['a copy, where there are no hard links', () => failing('EPERM')],
  ])('gets the name of its version on disk and on record: %s', async (_how, prepare) => {
    prepare();
    const { world, done } = await capture(TWO_FILMS, TWO_FILES);
    await done;
    expect(world.files()).toEqual({ ...TWO_FILES, 'rome.v2.mp4': 'film-2' });
    expect(world.record).toMatchObject({
      ...{ captured: CAPTURED, localPath: 'rome.v2.mp4', previous: { localPath: 'rome.v2.mp4', taskId: 'task-2' } },
      versions: { last: 2, current: 2 },
    });
  });

  it('that no record knows is kept as well', async () => {
    const { world, done } = await capture({}, { 'rome.mp4': 'film-x' });
    await done;
    expect(world.files()).toEqual({ 'rome.mp4': 'film-x', 'rome.v1.mp4': 'film-x' });
    expect(world.record.versions).toEqual({ last: 1, former: [formerFilm(1)] });
  });

  it('that is in object storage only gets another name on record', async () => {
    const { world, done } = await capture({ ...TWO_FILMS, object }, {});
    await done;
    expect([world.files(), world.record.previous]).toMatchObject([{}, { localPath: 'rome.v2.mp4', object }]);
  });

  it.each<[string, Partial<JobRecord>, Record<string, string>]>([
    ['none', {}, {}],
    ['an earlier capture of the same task', { ...TWO_FILMS, taskId: 'task-3' }, TWO_FILES],
    ['damaged', TWO_FILMS, { 'rome.mp4': 'half' }],
  ])('is not kept where it is %s', async (_what, record, files) => {
    const { world, done } = await capture(record, files);
    await done;
    expect([world.files(), world.record.captured]).toEqual([files, CAPTURED]);
    expect(world.record.previous).toBeUndefined();
  });

  it('keeps its place while it cannot have another name: nothing may be published then', async () => {
    failing('ENOSPC');
    const { world, done } = await capture(TWO_FILMS, TWO_FILES);
    expect(await rejection(done)).toMatchObject({ code: 'disk-full' });
    expect([world.files(), world.record.captured]).toEqual([TWO_FILES, undefined]);
  });
});

describe('the numbers once the new film is in place', () => {
  const place = (world: FilmFolder) => world.films.place as never;
  const replaced = { ...TWO_FILMS, previous: { status: 'ready', localPath: 'rome.v2.mp4', sizeBytes: 6 } } as const;
  const files = { 'rome.mp4': 'film-3', 'rome.v2.mp4': 'film-2', 'rome.v1.mp4': 'film-1' };

  it.each([
    [5, []],
    [1, [1]],
    [0, [1, 2]],
  ])('make the film before it a former one; with %i kept these are dropped: %j', async (keepVersions, dropped) => {
    const world = await FilmFolder.with(replaced, files);
    const job = { keepVersions, pathOf: world.films.place.pathOf };
    const { versions } = withNewFilm(job, place(world), world.record);
    expect(versions).toMatchObject({ last: 3, current: 3, former: [{ version: 1 }, { version: 2 }] });
    expect(versions?.former.filter(({ isDropped }) => isDropped).map(({ version }) => version)).toEqual(dropped);
  });

  it.each<[string, Partial<JobRecord>]>([
    ['a first film', { localPath: 'rome.mp4' }],
    ['a film that was fetched again', { ...TWO_FILMS, completedAt: '2026-11-21T00:00:00.000Z' }],
  ])('stay as they are for %s', async (_what, record) => {
    const world = await FilmFolder.with(record, { 'rome.mp4': 'film-1' });
    expect(withNewFilm({ pathOf: world.films.place.pathOf }, place(world), world.record)).toEqual({});
  });
});

describe('the object of a film that was fetched again', () => {
  it.each<[string, Partial<JobRecord>, string[]]>([
    ['goes', { object: { ...object, name: 'b' } }, ['s3://films/a']],
    ['stays where the record needs it', { object }, []],
    ['stays where a former film is in it', { versions: { last: 1, former: [formerFilm(1, { object })] } }, []],
  ])('%s', async (_what, record, removed) => {
    const world = await FilmFolder.with(record, {});
    const { place } = world.films;
    await removeReplaced({ objectsAt: place.objectsAt }, place as never, object, world.record);
    expect(world.removed).toEqual(removed);
  });
});
