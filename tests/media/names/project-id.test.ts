import { expect, it } from 'vitest';
import { assertProjectId, mediaAddress, parseLocalPath } from '#lib/media/names/project-id.ts';

it.each(['p1', 'Demo', 'a.b-c_d', '0f8fad5b-d9cb-469f-a165-70867728950e', 'x'.repeat(80)])('%j is an id', (id) => {
  expect(() => assertProjectId(id)).not.toThrow();
});

it.each(['', '.', '..', 'a/b', 'a\\b', '-a', 'con', 'NUL.x', 'a.', 'a b', 'é', 'x'.repeat(81), 7, undefined])(
  '%j is none',
  (id) => {
    expect(() => assertProjectId(id)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  },
);

it.each([
  ['projects/p1/videos/clip.mp4', '/media/files/p1/clip.mp4'],
  ['projects/p1/videos/a b#1.mp4', '/media/files/p1/a%20b%231.mp4'],
  ['projects/p1/videos/../../../etc/passwd', undefined],
  ['projects/../videos/clip.mp4', undefined],
  ['projects/p1/videos/..', undefined],
  ['/etc/passwd', undefined],
  ['projects/p1/videos/a/b.mp4', undefined],
  ['projects\\p1\\videos\\clip.mp4', undefined],
])('%j is served at %j', (localPath, address) => {
  expect(mediaAddress(localPath)).toBe(address);
  expect(parseLocalPath(localPath) === undefined).toBe(address === undefined);
});
