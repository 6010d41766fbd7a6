import { describe, expect, it } from 'vitest';
import { closeSubmission, endWithoutResult } from '#lib/jobs/record/history.ts';
import type { JobRecord, Version } from '#lib/jobs/record/job-record.ts';
import { filmOf, withFilm, withoutFilm } from '#lib/jobs/versions/film-record.ts';
import { arePicturesDue, finishedFilms, withPictures } from '#lib/pictures/record-pictures.ts';
import { intentAt, jobRecord } from '../fixtures/records/job-records.ts';

const AT = '2026-11-21T10:00:00.000Z';
const OLD = { filmSha256: 'old' };
const NEW = { filmSha256: 'new' };
const former = (version: number, fields: Partial<Version> = {}): Version => ({ status: 'ready', version, ...fields });
const ready = (fields: Partial<JobRecord> = {}) =>
  jobRecord({ status: 'ready', localPath: 'a.mp4', sha256: 'old', completedAt: AT, intent: intentAt(AT), ...fields });

describe('the finished films of a record', () => {
  const numbers = (record: JobRecord) => finishedFilms(record).map(({ version, isCurrent }) => [version, isCurrent]);

  it.each<[string, JobRecord, Array<[number, boolean]>]>([
    ['none', jobRecord(), []],
    ['one that was given up', jobRecord({ status: 'failed', localPath: 'a.mp4' }), []],
    ['one', ready(), [[1, true]]],
    [
      'one that is being replaced',
      jobRecord({ status: 'generating', localPath: 'a.mp4', previous: { status: 'ready', localPath: 'a.mp4' } }),
      [[1, true]],
    ],
    [
      'former ones, but not those that are deleted',
      ready({ versions: { last: 4, current: 4, former: [former(1), former(2, { deletedAt: AT }), former(3)] } }),
      [
        [4, true],
        [3, false],
        [1, false],
      ],
    ],
  ])('with %s', (_name, record, expected) => {
    expect(numbers(record)).toEqual(expected);
  });
});

describe('pictures stay with their film', () => {
  const record = withPictures(ready(), 1, OLD);

  it('on the record itself', () => {
    expect(record.pictures).toEqual(OLD);
    expect(finishedFilms(record)[0]?.film.pictures).toEqual(OLD);
  });

  it('while it is being replaced, and when that fails', () => {
    const kept = filmOf(record);
    if (!kept) throw new Error('no film');
    const replacing = { ...record, ...closeSubmission(record), previous: kept, status: 'generating' as const };
    expect(replacing.pictures).toBeUndefined();
    const drawn = withPictures(replacing, 1, NEW);
    expect(drawn.previous?.pictures).toEqual(NEW);
    expect({ ...drawn, ...endWithoutResult(drawn) }.pictures).toEqual(NEW);
  });

  it('as a former film, which is restored with its own', () => {
    const versions = { last: 2, current: 2, former: [former(1, { localPath: 'a.v1.mp4' })] };
    const two = withPictures(ready({ versions, pictures: NEW }), 1, OLD);
    expect(two.pictures).toEqual(NEW);
    expect(two.versions?.former[0]?.pictures).toEqual(OLD);
    const [first] = two.versions?.former ?? [];
    if (!first) throw new Error('no former film');
    expect(withFilm(two, first, {}).pictures).toEqual(OLD);
  });

  it('and go when it is deleted', () => {
    expect(withoutFilm(record).pictures).toBeUndefined();
  });

  it('but not to a film that the record does not have', () => {
    expect(withPictures(record, 7, NEW)).toEqual({ ...record, versions: { last: 1, current: 1, former: [] } });
  });
});

it('pictures are due until they were made', () => {
  const due = ready({ pictures: { isDue: true } });
  expect(arePicturesDue(due)).toBe(true);
  expect(arePicturesDue(withPictures(due, 1, OLD))).toBe(false);
  expect(arePicturesDue(ready())).toBe(false);
});
