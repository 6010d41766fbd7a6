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
import { isAssetName } from '#lib/stores/assets/asset-rules.ts';

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

describe('a safe name', () => {
  it.each(['video_abc123', 'video_ABC-1.2', '_x', 'a'.repeat(120)])(
    'is the id itself where that can be a file: %s',
    (id) => {
      expect(safeName(id)).toBe(id);
    },
  );

  const long = `video_${Buffer.from('litellm:custom_llm_provider:vertex_ai;'.repeat(7)).toString('base64')}==`;
  it.each([
    ['a long one', long],
    ['a blank', 'video 1'],
    ['a name that hides the file', '.video'],
    ['an option of a command', '-rf'],
    ['a dot at the end', 'video.'],
    ['a backslash', 'a\\b'],
    ['a colon', 'C:video'],
    ['a control character', 'video\u0000\n'],
    ['other letters', 'vidéo_日本'],
    ['an emoji', '🎬'],
    ['a device of Windows', 'NUL'],
    ['a percent sign', '50%d'],
    ['what would look like a shortened one', 'video~0123456789abcdef'],
  ])('is shortened with a hash: %s', (_what, id) => {
    const name = safeName(id);
    expect(name).toMatch(/^[A-Za-z0-9_-]{0,48}~[0-9a-f]{16}$/);
    expect(name).not.toMatch(/^-/);
    expect(isAssetName(addressOf({ folder: name, stem: name, version: 99_999 }, 'spritesheet'))).toBe(true);
  });

  it('differs for ids that begin alike', () => {
    expect(safeName(`${long}A`)).not.toBe(safeName(`${long}B`));
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
