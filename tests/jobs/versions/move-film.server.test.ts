import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { type Move, moveFilm } from '#lib/jobs/versions/move-film.server.ts';
import { FilmFolder } from '../../fixtures/records/film-folder.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

vi.mock('node:fs', { spy: true });
afterEach(() => void vi.restoreAllMocks());

const FILES = { 'rome.mp4': 'film-1' };
const film = () => FilmFolder.with({ status: 'ready', localPath: 'rome.mp4' }, FILES);

function withoutHardLinks(): void {
  vi.mocked(fs.linkSync).mockImplementation(() => {
    throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM', syscall: 'link' });
  });
}

/** The film under another name. */
function renaming({ folder }: FilmFolder, to = 'rome.v1.mp4') {
  return (current: JobRecord | undefined): Move<JobRecord> | undefined =>
    current && { next: { ...current, localPath: to }, file: { from: join(folder, 'rome.mp4'), to: join(folder, to) } };
}

describe.each([
  ['by a hard link', () => {}],
  ['by a copy, where there are no hard links', withoutHardLinks],
])('a film that moves %s', (_how, prepare) => {
  it('has its new name on disk and on record, and no other', async () => {
    const world = await film();
    prepare();
    const { record, moved } = await moveFilm(world.films, renaming(world));
    expect([world.files(), record?.localPath]).toEqual([{ 'rome.v1.mp4': 'film-1' }, 'rome.v1.mp4']);
    expect(moved).toMatchObject({ to: join(world.folder, 'rome.v1.mp4') });
  });

  it('stays where it is when the record cannot be written', async () => {
    const world = await film();
    prepare();
    const plan = renaming(world);
    let asked = 0;
    const failing = (current: JobRecord | undefined) => {
      asked += 1;
      const move = plan(current);
      return move && { ...move, next: { ...move.next, status: 'lost' as never } };
    };
    await rejection(moveFilm(world.films, failing));
    expect(asked).toBeGreaterThan(0);
    expect([world.files()['rome.mp4'], world.record.localPath]).toEqual(['film-1', 'rome.mp4']);
  });
});

it('a film that changes while it is copied is not moved', async () => {
  const world = await film();
  withoutHardLinks();
  const plan = renaming(world);
  let asked = 0;
  const changing = (current: JobRecord | undefined) => {
    asked += 1;
    return asked === 1 ? plan(current) : renaming(world, 'rome.v2.mp4')(current);
  };
  expect(await rejection(moveFilm(world.films, changing))).toMatchObject({ code: 'busy' });
  expect([world.files(), world.record.localPath]).toEqual([FILES, 'rome.mp4']);
});

it('a plan with nothing to do leaves everything as it is', async () => {
  const world = await film();
  const before = world.record;
  expect(await moveFilm(world.films, () => undefined)).toEqual({ record: before, moved: undefined });
  expect(world.files()).toEqual(FILES);
});
