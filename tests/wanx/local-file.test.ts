import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completeRequest } from '#lib/wanx/complete-request.ts';
import { localFilesOf } from '#lib/wanx/local-file.server.ts';
import type { WanxRequest } from '#lib/wanx/request.ts';
import { rejection } from '../fixtures/dashscope.ts';
import { makeMp4 } from '../fixtures/mp4.ts';

const PNG_HEAD = 'iVBORw0KGgoAAAANSUhEUgAAASwAAADyCAIAAAB4XG/JAA==';
const SIZES = ['239x300', '300x300', '300x8001', '240x1920', '240x1921', '8000x1000', '199x300', '200x601'];
const CLIP_SECONDS = [1, 8, 11, 16];

let folder = '';
const path = (name: string) => join(folder, name);

/** The head of a PNG is all that is looked at. */
function png(size: string): Buffer {
  const head = Buffer.from(PNG_HEAD, 'base64');
  const [width = 0, height = 0] = size.split('x').map(Number);
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
  for (const size of SIZES) await writeFile(path(`${size}.png`), png(size));
  const clip = { sizeBytes: 4000, width: 320, height: 240 };
  for (const durationSeconds of CLIP_SECONDS) {
    await writeFile(path(`${durationSeconds}s.mp4`), await makeMp4({ ...clip, durationSeconds }));
  }
  await writeFile(path('flat.mp4'), await makeMp4({ ...clip, durationSeconds: 3, height: 180 }));
  await writeFile(path('strange.mp4'), '\0\0\0\x18ftypisom0000');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** File names among the options become paths. */
function lookAt(request: Record<string, unknown>) {
  const text = JSON.stringify(request, (_name, value: unknown) =>
    typeof value === 'string' && /^[\w.]+\.(png|mp4)$/.test(value) ? path(value) : value,
  );
  const local: WanxRequest = JSON.parse(text);
  return localFilesOf(completeRequest(local, 'wan2.7-t2v'));
}

const wan30 = { model: 'wan3.0-video', prompt: 'p' };

describe('a local file outside the limits of its model', () => {
  it.each<[string, Record<string, unknown>, ...string[]]>([
    ['a narrow image', { image: '239x300.png' }, 'image', '239 × 300', '240 to 8000'],
    ['a long image', { image: '300x8001.png' }, '300 × 8001', '240 to 8000'],
    ['a stretched image', { image: '240x1921.png' }, '240 × 1921', '1:8 to 8:1'],
    ['a small portrait', { image: '199x300.png', video: '8s.mp4' }, '200 to 4096'],
    ['a stretched portrait', { image: '200x601.png', video: '8s.mp4' }, '1:3 to 3:1'],
    ['a short clip', { firstClip: '1s.mp4' }, 'firstClip', '1.0 s', '2 to 10 s'],
    ['a long clip', { prompt: 'p', video: '11s.mp4' }, 'video', '11.0 s', '2 to 10 s'],
    ['a flat clip', { firstClip: 'flat.mp4' }, '320 × 180', '240 to 4096'],
    ['a flat dance', { image: '300x300.png', video: 'flat.mp4' }, '320 × 180', '200 to 2048'],
    ['a short dance', { image: '300x300.png', video: '1s.mp4' }, 'video', '1.0 s', '2 to 30 s'],
    ['a long reference', { ...wan30, video: '16s.mp4' }, '16.0 s', '1 to 15 s'],
    [
      'references of 3.0 that are too long together',
      { ...wan30, references: { videos: ['8s.mp4', '8s.mp4'] } },
      '16.0 s long together',
      '15 s',
    ],
    ['more than 30 s in and out', { ...wan30, video: '8s.mp4', durationSeconds: 23 }, '8.0 s', '23', '30 s for both'],
  ])('%s is refused', async (_what, request, ...named) => {
    const error = await rejection(lookAt(request));
    expect(error).toMatchObject({ code: 'invalid-input', stage: 'submitting', billable: 'no' });
    for (const part of named) expect(String(error)).toContain(part);
  });
});

describe('a local file within them', () => {
  it.each<[string, Record<string, unknown>]>([
    ['the longest shape', { image: '240x1920.png' }],
    ['the longest side', { image: '8000x1000.png' }],
    ['a clip', { firstClip: '8s.mp4' }],
    ['30 s in and out', { ...wan30, video: '8s.mp4', durationSeconds: 22 }],
    ['a length that the model chooses', { ...wan30, video: '11s.mp4', durationSeconds: -1 }],
    ['a small image where no page names a limit', { model: 'wan2.6-i2v', image: '199x300.png' }],
    ['a video that only the provider can read', { prompt: 'p', video: 'strange.mp4' }],
  ])('%s is taken', async (_what, request) => {
    expect(await lookAt(request)).toEqual([expect.objectContaining({ sizeBytes: expect.any(Number) })]);
  });

  it('stands at the place of its input, and an address at its own is none', async () => {
    const [clip, image] = await lookAt({
      prompt: 'p',
      video: 'https://example.com/a.mp4',
      references: { images: ['300x300.png'] },
    });
    expect(clip).toBeUndefined();
    expect(image).toMatchObject({ path: path('300x300.png'), kind: 'image' });
  });
});
