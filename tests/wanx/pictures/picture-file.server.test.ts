import { describe, expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { pictureFile, picturesShown } from '#lib/wanx/pictures/picture-file.server.ts';
import { videoRecord } from '../../fixtures/records/video-shelf.ts';

const settings = readSettings({ WANX_PROJECT_ROOT: '/srv/project' });
const picture = (name: string) => ({ name, sizeBytes: 7, sha256: 'b', mimeType: 'image/jpeg' });
const record = videoRecord({
  ...{ spotId: 'rome', eraId: 'old', status: 'ready', completedAt: '2026-11-21T00:00:00.000Z', sha256: 'film' },
  localPath: 'static/videos/rome-old.mp4',
  pictures: { filmSha256: 'film', poster: picture('rome-old.poster.jpg'), spriteIndex: picture('rome-old.vtt') },
});

describe('the picture of a name', () => {
  it('is a file beside its film, with the facts on record', () => {
    expect(pictureFile(settings, record, 'rome-old.poster.jpg')).toEqual({
      ...{ path: '/srv/project/static/videos/rome-old.poster.jpg', name: 'rome-old.poster.jpg' },
      ...{ sizeBytes: 7, sha256: 'b', mimeType: 'image/jpeg' },
    });
    expect(pictureFile(settings, record, 'rome-old.vtt')?.name).toBe('rome-old.vtt');
  });

  it.each(['rome-old.mp4', 'rome-old.jpg', '', 'poster', '__proto__'])(
    'is none that the record does not have: %j',
    (name) => {
      expect(pictureFile(settings, record, name)).toBeUndefined();
    },
  );

  it('is none of a film outside the video folder', () => {
    for (const localPath of ['/elsewhere/rome-old.mp4', 'static/videos/sub/rome-old.mp4']) {
      expect(pictureFile(settings, { ...record, localPath }, 'rome-old.poster.jpg')).toBeUndefined();
    }
  });

  it('never leads out of that folder, whatever a record says', () => {
    const name = '../../../etc/passwd';
    const hostile = { ...record, pictures: { filmSha256: 'film', poster: picture(name) } };
    expect(pictureFile(settings, hostile, name)?.path).toBe('/srv/project/static/videos/passwd');
  });
});

it.each<[string, string | undefined, string | undefined, boolean]>([
  ['of this film', 'film', 'film', true],
  ['of another film', 'film', 'other', false],
  ['of a film that is not named', 'film', undefined, false],
  ['of a film whose hash is not known', undefined, 'other', true],
])('the pictures %s are shown', (_what, sha256, filmSha256, isShown) => {
  const pictures = { filmSha256, poster: picture('a.jpg') };
  expect(picturesShown({ sha256, pictures })).toEqual(isShown ? pictures : undefined);
});
