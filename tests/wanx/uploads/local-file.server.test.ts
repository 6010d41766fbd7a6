import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { completeRequest } from '#lib/wanx/request/complete.ts';
import type { WanxRequest } from '#lib/wanx/request/options.ts';
import { inputSecondsOf, localFilesOf } from '#lib/wanx/uploads/local-file.server.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { wav } from '../../fixtures/mp4/sounds.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const PNG_HEAD = 'iVBORw0KGgoAAAANSUhEUgAAASwAAADyCAIAAAB4XG/JAA==';
const SIZES = [
  ...['239x300', '300x300', '300x8001', '240x1920', '240x1921', '8000x1000', '199x300', '200x601'],
  ...['299x400', '300x751', '399x500', '359x500', '360x2001', '399x7000', '360x2000', '400x7000', '300x750'],
];
const CLIP_SECONDS = [1, 2, 8, 11, 16, 31];
const SOUND_SECONDS = [0.5, 2, 8, 11, 16, 21, 31];
const MIB = 1024 * 1024;

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
  await writeFile(path('tall.mp4'), await makeMp4({ ...clip, durationSeconds: 8, width: 800, height: 360 }));
  await writeFile(path('short.mp4'), await makeMp4({ ...clip, durationSeconds: 2, width: 800, height: 360 }));
  await writeFile(path('dance.mp4'), await makeMp4({ ...clip, durationSeconds: 5 }));
  await writeFile(path('strange.avi'), 'RIFF0000AVI LIST');
  await writeFile(path('strange.tiff'), 'II*\0');
  await writeFile(path('strange.bmp'), 'BM000000');
  for (const seconds of SOUND_SECONDS) await writeFile(path(`${seconds}s.wav`), wav(seconds));
  for (const megabytes of [10, 11, 21]) {
    await writeFile(path(`${megabytes}m.jpg`), Buffer.from([0xff, 0xd8, 0xff, 0xe0]));
    await truncate(path(`${megabytes}m.jpg`), megabytes * MIB);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** File names among the options become paths. */
function complete(request: Record<string, unknown>) {
  const text = JSON.stringify(request, (_name, value: unknown) =>
    typeof value === 'string' && /^[\w.]+\.(png|mp4|avi|tiff|bmp|wav|jpg)$/.test(value) ? path(value) : value,
  );
  const local: WanxRequest = JSON.parse(text);
  return completeRequest(local, 'wan2.7-t2v');
}

function lookAt(request: Record<string, unknown>) {
  return localFilesOf(complete(request), mp4.inspect);
}

const horse = { model: 'happyhorse-1.0-i2v' };
const horseEdit = { model: 'happyhorse-1.0-video-edit', prompt: 'p' };
const vace = (image: string) => ({ model: 'wan2.1-vace-plus', prompt: 'p', references: { images: [image] } });
const r2v = (video: string) => ({ prompt: 'p', references: { videos: [video] } });
const speaker = { model: 'wan2.2-s2v', image: '400x7000.png' };
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
    ['a small image of 2.6', { model: 'wan2.6-i2v', image: '239x300.png' }, '239 × 300', '240 to 8000'],
    ['a small image of 2.1', { model: 'wan2.1-kf2v-plus', image: '239x300.png' }, '239 × 300', '240 to 8000'],
    ['a heavy image of 2.2', { model: 'wan2.2-i2v-plus', image: '11m.jpg' }, '11534336 bytes', '10485760'],
    ['a heavy image of 2.1', { model: 'wanx2.1-i2v-turbo', image: '11m.jpg' }, '11534336 bytes', '10485760'],
    ['a heavy image of 2.2 key frames', { model: 'wan2.2-kf2v-flash', image: '11m.jpg' }, '10485760'],
    ['a heavy image of 2.5', { model: 'wan2.5-i2v-preview', image: '21m.jpg' }, '22020096 bytes', '20971520'],
    ['a small image of vace', vace('359x500.png'), '359 × 500', '360 to 2000'],
    ['a large image of vace', vace('360x2001.png'), '360 × 2001', '360 to 2000'],
    ['a heavy image of vace', vace('11m.jpg'), '10485760'],
    ['a TIFF elsewhere', { image: 'strange.tiff' }, 'image format', 'jpeg, png, bmp, webp.'],
    ['an AVI elsewhere', { prompt: 'p', video: 'strange.avi' }, 'video format', 'mp4, mov.'],
    ['a long reference of 2.7', r2v('31s.mp4'), '31.0 s', '1 to 30 s'],
    ['a flat reference of 2.7', r2v('flat.mp4'), '320 × 180', '240 to 4096'],
    ['a long reference of 2.6', { model: 'wan2.6-r2v', ...r2v('31s.mp4') }, '31.0 s', '1 to 30 s'],
    [
      'a long voice',
      { prompt: 'p', references: { images: [{ source: '300x300.png', voice: '11s.wav' }] } },
      'voice',
      '11.0 s',
      '1 to 10 s',
    ],
    [
      'a short voice',
      { prompt: 'p', references: { videos: [{ source: '8s.mp4', voice: '0.5s.wav' }] } },
      '0.5 s',
      '1 to 10 s',
    ],
    [
      'a short sound of 2.6',
      { model: 'wan2.6-t2v', prompt: 'p', audioUrl: '2s.wav' },
      'audioUrl',
      '2.0 s',
      '3 to 30 s',
    ],
    ['a long sound of 2.7', { prompt: 'p', audioUrl: '31s.wav' }, '31.0 s', '2 to 30 s'],
    ['a long speech', { ...speaker, audioUrl: '21s.wav' }, '21.0 s', 'at most 20 s'],
    ['a small speaker', { ...speaker, image: '399x7000.png', audioUrl: '8s.wav' }, '399 × 7000', '400 to 7000'],
    ['a long sound of 3.0', { ...wan30, references: { audios: ['16s.wav'] } }, '16.0 s', 'at most 15 s'],
    [
      'sounds of 3.0 that are too long together',
      { ...wan30, references: { audios: ['8s.wav', '8s.wav'] } },
      'sounds are 16.0 s long together',
    ],
    ['a small image of HappyHorse', { ...horse, image: '299x400.png' }, '299 × 400', 'at least 300'],
    ['a stretched image of HappyHorse', { ...horse, image: '300x751.png' }, '1:2.5 to 2.5:1'],
    ['a bitmap of HappyHorse', { ...horse, image: 'strange.bmp' }, 'jpeg, png, webp.'],
    [
      'a small reference of HappyHorse',
      { model: 'happyhorse-1.0-r2v', prompt: 'p', references: { images: ['399x500.png'] } },
      'at least 400',
    ],
    ['a short video of HappyHorse', { ...horseEdit, video: 'short.mp4' }, '2.0 s', '3 to 60 s'],
    ['a flat video of HappyHorse', { ...horseEdit, video: '8s.mp4' }, '320 × 240', '360 to 4096'],
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
    ['a small image where no page names a limit', { model: 'wan3.0-video', image: '199x300.png' }],
    ['a stretched image of 2.6, whose page names no shape', { model: 'wan2.6-i2v', image: '240x1921.png' }],
    ['10 MiB of 2.2', { model: 'wan2.2-i2v-flash', image: '10m.jpg' }],
    ['11 MiB of 2.6', { model: 'wan2.6-i2v', image: '11m.jpg' }],
    ['the largest of vace', vace('360x2000.png')],
    ['a TIFF of vace', vace('strange.tiff')],
    ['an image of HappyHorse', { ...horse, image: '300x750.png' }],
    ['a video of HappyHorse', { ...horseEdit, video: 'tall.mp4' }],
    ['a reference of a second', r2v('1s.mp4')],
    ['anything for a model that is not known', { model: 'wan2.8-i2v', allowUnknownModel: true, image: '300x8001.png' }],
    ['a video that only the provider can read', { prompt: 'p', video: 'strange.mp4' }],
  ])('%s is taken', async (_what, request) => {
    expect(await lookAt(request)).toEqual([expect.objectContaining({ sizeBytes: expect.any(Number) })]);
  });

  it('is a picture and an AVI, or a sound, for a portrait', async () => {
    expect(await lookAt({ image: '300x300.png', video: 'strange.avi' })).toMatchObject([
      {},
      { format: { name: 'avi' } },
    ]);
    expect(await lookAt({ ...speaker, audioUrl: '16s.wav' })).toMatchObject([{}, { durationSeconds: 16 }]);
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

describe('inputSecondsOf', () => {
  it.each<[string, Record<string, unknown>, number | undefined]>([
    ['the video to edit', { video: '8s.mp4' }, 8],
    ['all reference videos', { prompt: 'p', references: { videos: ['8s.mp4', '2s.mp4'] } }, 10],
    ['the dance, not the picture', { image: '300x300.png', video: 'dance.mp4' }, 5],
    ['the video, not the voice', { prompt: 'p', references: { videos: [{ source: '2s.mp4', voice: '8s.wav' }] } }, 2],
    ['a speech', { ...speaker, audioUrl: '16s.wav' }, 16],
    ['nothing, where nothing has a length', { image: '300x300.png' }, undefined],
    [
      'nothing, where one is an address',
      { prompt: 'p', references: { videos: ['8s.mp4', 'https://e.com/a.mp4'] } },
      undefined,
    ],
    ['nothing, where one cannot be read', { video: 'strange.mp4' }, undefined],
    ['nothing, where one is missing, which the submission finds', { video: 'missing.mp4' }, undefined],
  ])('is that of %s', async (_what, request, seconds) => {
    expect(await inputSecondsOf(complete(request), mp4.inspect)).toBe(seconds);
  });
});
