import { describe, expect, it } from 'vitest';
import {
  addressOf,
  fileNameOf,
  type NamedJob,
  namesFor,
  nextVersion,
  parseFileName,
} from '#lib/openai-videos/assets/job/names.ts';
import { safeName } from '#lib/openai-videos/assets/job/safe-name.server.ts';

describe('the name of a file', () => {
  const place = { folder: 'BATCH_abc123', stem: 'video_abc123', version: 1 };

  it.each([
    ['video', 'video_abc123_V1.mp4'],
    ['thumbnail', 'video_abc123_V1_thumbnail.webp'],
    ['spritesheet', 'video_abc123_V1_spritesheet.jpg'],
  ] as const)('of a %s is %s', (type, name) => {
    expect(fileNameOf(place, type)).toBe(name);
    expect(addressOf(place, type)).toBe(`BATCH_abc123/${name}`);
    expect(parseFileName(name)).toEqual({ stem: 'video_abc123', version: 1, type });
  });

  it('is read from its end: an id may contain what follows ids', () => {
    expect(parseFileName('a_V1_thumbnail_V12_thumbnail.webp')).toEqual({
      stem: 'a_V1_thumbnail',
      version: 12,
      type: 'thumbnail',
    });
  });

  it.each([
    'video_abc.mp4',
    '_V1.mp4',
    'a_V0.mp4',
    'a_V01.mp4',
    'a_V1.webp',
    'a_V1_poster.webp',
    'a_V1.mp4.part',
    'a_V1_thumbnail.mp4',
    '../a_V1.mp4x',
  ])('is none of ours: %s', (name) => {
    expect(parseFileName(name)).toBeUndefined();
  });
});

describe('the names for a job', () => {
  const placed = (batchId: string, soraVideoId: string, folder = batchId, stem = soraVideoId): NamedJob => ({
    ...{ batchId, soraVideoId },
    place: { folder, stem, version: 1 },
  });

  it.each([
    ['the first', [], { folder: 'B', stem: 'v' }],
    ['another version', [placed('B', 'v')], { folder: 'B', stem: 'v' }],
    ['another video of the batch', [placed('B', 'w')], { folder: 'B', stem: 'v' }],
    ['a video that differs in case', [placed('B', 'V')], { folder: 'B', stem: safeName.hashed('v') }],
    ['the same, in another batch', [placed('C', 'V')], { folder: 'B', stem: 'v' }],
    ['a batch that differs in case', [placed('b', 'v')], { folder: safeName.hashed('B'), stem: 'v' }],
    [
      'its own earlier names, where they were shortened',
      [placed('B', 'V'), placed('B', 'v', 'B', safeName.hashed('v'))],
      { folder: 'B', stem: safeName.hashed('v') },
    ],
    ['one that has no file yet', [{ batchId: 'b', soraVideoId: 'V' }], { folder: 'B', stem: 'v' }],
  ])('beside %s', (_what, others, names) => {
    expect(namesFor({ batchId: 'B', soraVideoId: 'v' }, others, safeName)).toEqual(names);
  });
});

describe('the next version', () => {
  const names = { folder: 'B', stem: 'video_abc' };
  const job = (version: number, stem = 'video_abc', folder = 'B'): NamedJob => ({
    ...{ batchId: folder, soraVideoId: stem },
    place: { folder, stem, version },
  });

  it.each<[string, NamedJob[], string[], number]>([
    ['nothing', [], [], 1],
    ['a film on disk', [], ['video_abc_V1.mp4'], 2],
    ['only its picture', [], ['video_abc_V3_thumbnail.webp'], 4],
    ['a job without a file yet', [job(4)], ['video_abc_V2.mp4'], 5],
    ['another video whose id ends alike', [job(7, 'xvideo_abc')], ['xvideo_abc_V9.mp4', 'video_abcd_V8.mp4'], 1],
    ['the same video of another batch', [job(7, 'video_abc', 'C')], [], 1],
    ['a name in other case', [], ['VIDEO_ABC_V2.mp4'], 3],
    ['other files', [], ['video_abc_V5.mp4.part', 'video_abc_V6.txt', '.hidden'], 1],
  ])('after %s', (_what, jobs, files, version) => {
    expect(nextVersion(names, jobs, files)).toBe(version);
  });
});
