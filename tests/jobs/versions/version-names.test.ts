import { describe, expect, it } from 'vitest';
import { deletedPath, parseVersionName, versionPath } from '#lib/jobs/versions/version-names.ts';

describe('names of versions', () => {
  it.each([
    ['/videos/rome-now.mp4', 3, '/videos/rome-now.v3.mp4'],
    ['static/videos/rome-now.webm', 12, 'static/videos/rome-now.v12.webm'],
    ['/a.b/rome', 1, '/a.b/rome.v1'],
  ])('%s, version %i', (path, version, expected) => {
    expect(versionPath(path, version)).toBe(expected);
    expect(deletedPath(path, version)).toBe(`${expected}.deleted`);
  });

  it.each([
    ['rome-now.v3.mp4', { name: 'rome-now.mp4', version: 3, isDeleted: false }],
    ['rome-now.v10.mp4.deleted', { name: 'rome-now.mp4', version: 10, isDeleted: true }],
    ['rome-now.mp4', undefined],
    ['rome-now.v0.mp4', undefined],
    ['rome-now.v03.mp4', undefined],
    ['rome-now.v3.mp4.part', undefined],
    ['rome-now.mp4.deleted', undefined],
    ['.v3.mp4', undefined],
  ])('%s is read back', (name, expected) => {
    expect(parseVersionName(name)).toEqual(expected);
  });
});
