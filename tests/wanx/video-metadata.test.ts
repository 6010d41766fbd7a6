import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import {
  findVideo,
  getAllVideoMetadata,
  getVideoMetadata,
  listVideos,
  markVideoFailed,
  setVideoMetadata,
} from '#lib/wanx/video-metadata.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

let path = '';
beforeEach(() => {
  const root = temporaryFolder();
  path = join(root, 'data/generated-videos.json');
  vi.stubEnv('WANX_PROJECT_ROOT', root);
  vi.stubEnv('WANX_METADATA_PATH', 'data/generated-videos.json');
  return () => vi.unstubAllEnvs();
});
const onDisk = () => JSON.parse(readFileSync(path, 'utf8'));
const write = (text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

describe('the metadata store', () => {
  it('makes a missing file, as an empty array', () => {
    expect(getAllVideoMetadata()).toEqual([]);
    expect(onDisk()).toEqual([]);
  });

  it('inserts, then merges on (spotId, eraId)', async () => {
    const first = await setVideoMetadata({ spotId: 'a', eraId: 'b', prompt: 'p', status: 'generating' });
    expect(first).toMatchObject({ status: 'generating', createdAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    await setVideoMetadata({ spotId: 'a', eraId: 'c', prompt: 'q' });
    const merged = await setVideoMetadata({
      spotId: 'a',
      eraId: 'b',
      status: 'ready',
      localPath: 'static/videos/a-b.mp4',
    });
    expect(merged).toMatchObject({
      prompt: 'p',
      status: 'ready',
      createdAt: first.createdAt,
      completedAt: expect.any(String),
    });
    expect(getAllVideoMetadata().map((one) => `${one.spotId}/${one.eraId} ${one.status}`)).toEqual([
      'a/b ready',
      'a/c pending',
    ]);
    expect(getVideoMetadata('a', 'b')).toEqual(merged);
    expect(getVideoMetadata('a', 'nothing')).toBeUndefined();
  });

  it('gives the same as promises, in the order of the keys', async () => {
    await setVideoMetadata({ spotId: 'b', eraId: 'c' });
    await setVideoMetadata({ spotId: 'a', eraId: 'b' });
    expect(await listVideos()).toEqual([getVideoMetadata('a', 'b'), getVideoMetadata('b', 'c')]);
    expect(await findVideo('a', 'b')).toBe(getVideoMetadata('a', 'b'));
    expect(await findVideo('a', 'nothing')).toBeUndefined();
    await expect(findVideo('a', '../b')).rejects.toMatchObject({ code: 'invalid-input' });
    write('{}');
    await expect(listVideos()).rejects.toMatchObject({ code: 'store-corrupt' });
    await expect(findVideo('a', 'b')).rejects.toMatchObject({ code: 'store-corrupt' });
  });

  it('marks a failure without its secrets, and forgets it at the next try', async () => {
    const url = 'https://x.oss-cn-beijing.aliyuncs.com/v.mp4?Expires=1&Signature=topsecret';
    await markVideoFailed('a', 'b', new ReelError('network', `could not fetch ${url}`));
    expect(getVideoMetadata('a', 'b')).toMatchObject({ status: 'failed', errorCode: 'network', prompt: '' });
    expect(readFileSync(path, 'utf8')).not.toContain('topsecret');
    await markVideoFailed('a', 'b', 'plain words');
    expect(getVideoMetadata('a', 'b')).toMatchObject({ error: 'plain words' });
    expect(getVideoMetadata('a', 'b')?.errorCode).toBeUndefined();
    const again = await setVideoMetadata({ spotId: 'a', eraId: 'b', status: 'generating' });
    expect(again.error).toBeUndefined();
  });

  it('keeps fields that it does not know through a rewrite', async () => {
    const record = {
      spotId: 'a',
      eraId: 'b',
      prompt: '',
      status: 'pending',
      createdAt: '2026-11-21T00:00:00.000Z',
      rating: { stars: 5 },
    };
    write(JSON.stringify([record]));
    await setVideoMetadata({ spotId: 'a', eraId: 'b', status: 'generating' });
    expect(onDisk()).toEqual([{ ...record, status: 'generating' }]);
  });

  it('sees what another process wrote', () => {
    expect(getAllVideoMetadata()).toEqual([]);
    write(
      JSON.stringify([{ spotId: 'a', eraId: 'b', prompt: '', status: 'ready', createdAt: '2026-11-21T00:00:00.000Z' }]),
    );
    expect(getVideoMetadata('a', 'b')?.status).toBe('ready');
  });

  it.each([
    ['cut short', '[{"spotId":"a"'],
    ['not an array', '{}'],
    [
      'a wrong status',
      '[{"spotId":"a","eraId":"b","prompt":"","status":"done","createdAt":"2026-11-21T00:00:00.000Z"}]',
    ],
  ])('refuses a file that is %s, and leaves it as it is', async (_name, text) => {
    write(text);
    const refusal = expect.objectContaining({ code: 'store-corrupt', message: expect.stringContaining(path) });
    expect(() => getAllVideoMetadata()).toThrow(refusal);
    await expect(setVideoMetadata({ spotId: 'a', eraId: 'b' })).rejects.toEqual(refusal);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it.each([
    ['an id that is no slug', { spotId: 'A b', eraId: 'c' }],
    ['a status that does not exist', { spotId: 'a', eraId: 'b', status: 'done' as 'ready' }],
  ])('refuses %s and writes nothing', async (_name, entry) => {
    await expect(setVideoMetadata(entry)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(existsSync(path) ? onDisk() : []).toEqual([]);
  });

  it('refuses a key whose file name another key has', async () => {
    await setVideoMetadata({ spotId: 'a-b', eraId: 'c' });
    await expect(setVideoMetadata({ spotId: 'a', eraId: 'b-c' })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(getAllVideoMetadata()).toHaveLength(1);
  });
});
