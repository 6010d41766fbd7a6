import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  assetDownloadManager,
  type GeneratedVideo,
  generateWithOpenAIVideos,
  resumeOpenAIVideos,
} from '#lib/openai-videos/index.ts';
import { downloadStatus, serveDownload } from '#lib/web/downloads/downloads.server.ts';
import { VideoService } from '../../fixtures/openai-videos/video-service.ts';
import { videosProject } from '../../fixtures/openai-videos/videos-project.ts';
import { type FaultProxy, startFaultProxy } from '../../fixtures/servers/fault-proxy.ts';
import { type MemoryS3, memoryS3 } from '../../fixtures/servers/memory-s3.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const ORDER = { prompt: 'A harbour at dawn.', model: 'sora-2', seconds: 4, size: '1280x720' };
const AREA = 'reel/generated-videos/generated/';

let server: FaultProxy;
let bucket: MemoryS3;
beforeAll(async () => {
  server = await startFaultProxy((...call) => bucket.handle(...call));
});
afterAll(() => server.close());
beforeEach(() => {
  bucket = memoryS3();
  server.onRequest(() => undefined);
  const keys = { AWS_ACCESS_KEY_ID: 'AKIDSECRET', AWS_SECRET_ACCESS_KEY: 'secret/value+1' };
  for (const [name, value] of Object.entries({ REELKEEP_ASSETS: 's3://films/reel', S3_ENDPOINT: server.url, ...keys }))
    vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
});

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const keys = () => [...bucket.objects.keys()].sort();
const allOf = (name: string) => ['.mp4', '_spritesheet.jpg', '_thumbnail.webp'].map((end) => `${AREA}${name}${end}`);

async function make(tuning: object, more: object = {}): Promise<GeneratedVideo> {
  const result = await generateWithOpenAIVideos(ORDER, { ...tuning, name: 'harbour', ...more });
  if (!result.success) throw new Error(result.error);
  return result.record;
}

function serve(file: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  const [folder = '', fileName = ''] = file.split('/');
  const url = `http://localhost/generated-videos/${file}`;
  return serveDownload({ folder, fileName }, new Request(url, { method, headers }), new URL(url));
}
const hashServed = async (file: string) => sha256Of(new Uint8Array(await (await serve(file)).arrayBuffer()));

// First: the manager of the app is one for the process, and takes its settings at first use.
it('a download is served from object storage, and listed with its name there', async () => {
  const service = await VideoService.start();
  const root = temporaryFolder();
  const metadata = join(root, 'data/videos.json');
  const settings = { WANX_PROJECT_ROOT: root, WANX_METADATA_PATH: metadata, REELKEEP_PICTURES: '0' };
  for (const [name, value] of Object.entries({ ...settings, OPENAI_VIDEOS_BASE_URL: service.baseUrl }))
    vi.stubEnv(name, value);
  onTestFinished(() => assetDownloadManager.stop());
  await assetDownloadManager.queueDownload('page-1', 'video_abc', 'BATCH_1', new Date());
  await expect.poll(() => assetDownloadManager.getDownloadStatus('page-1')?.status).toBe('completed');
  const [asset] = downloadStatus(new URL('http://localhost/'), false).downloads[0]?.downloadedAssets ?? [];
  expect(asset).toMatchObject({
    filePath: 'BATCH_1/video_abc_V1.mp4',
    url: '/generated-videos/BATCH_1/video_abc_V1.mp4',
  });
  expect(await hashServed('BATCH_1/video_abc_V1.mp4')).toBe(sha256Of(service.files.video.body));
  bucket.objects.clear();
  expect(await rejection(serve('BATCH_1/video_abc_V1.mp4'))).toMatchObject({ problem: 'not-found' });
});

describe('a video of OpenAI’s API with object storage', () => {
  it('ends there with its pictures, below its batch, and is served from there', async () => {
    const { tuning, service, files } = await videosProject();
    const video = await make(tuning);
    expect(keys()).toEqual(allOf('harbour'));
    expect(video).toMatchObject({
      localPath: 'static/generated-videos/generated/harbour.mp4',
      object: { location: 's3://films/reel/generated-videos', name: 'generated/harbour.mp4' },
      assets: [
        { name: 'video', object: { name: 'generated/harbour.mp4' } },
        { name: 'thumbnail', object: { name: 'generated/harbour_thumbnail.webp' } },
        { name: 'spritesheet', object: { name: 'generated/harbour_spritesheet.jpg' } },
      ],
    });
    expect(files()).toEqual([]);
    const film = await service.contentOf(video.taskId ?? '');
    expect(await hashServed('generated/harbour.mp4')).toBe(sha256Of(film));
    const part = await serve('generated/harbour.mp4', { range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${film.length}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(Buffer.from(film.subarray(10, 20)));
    const head = await serve('generated/harbour_thumbnail.webp', {}, 'HEAD');
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect(await make(tuning)).toEqual(video);
    expect(service.creations()).toHaveLength(1);
  });

  it('is served by redirect where that is configured', async () => {
    const { tuning } = await videosProject();
    await make(tuning, { pictures: [] });
    vi.stubEnv('REELKEEP_PLAYBACK', 'redirect');
    const response = await serve('generated/harbour.mp4', { range: 'bytes=0-' });
    expect([response.status, response.headers.get('cache-control')]).toEqual([302, 'no-store']);
    expect(new URL(response.headers.get('location') ?? '').pathname).toBe(`/films/${AREA}harbour.mp4`);
    expect((await serve('generated/harbour.mp4', {}, 'HEAD')).status).toBe(200);
  });

  it('keeps two batches apart, and former films with theirs', async () => {
    vi.stubEnv('WANX_KEEP_VERSIONS', '1');
    const { tuning } = await videosProject();
    const first = await make(tuning);
    await make(tuning, { batchId: 'other', pictures: [] });
    expect(keys()).toEqual([...allOf('harbour'), 'reel/generated-videos/other/harbour.mp4']);
    const second = await make(tuning, { force: true });
    expect(await hashServed('generated/harbour.mp4')).toBe(second.sha256);
    expect(await hashServed('generated/harbour.v1.mp4')).toBe(first.sha256);
    expect(keys()).toHaveLength(7);
    const third = await make(tuning, { force: true });
    expect(await hashServed('generated/harbour.mp4')).toBe(third.sha256);
    // The first one is kept no longer, and nor is what came with it.
    expect(keys()).toHaveLength(7);
    expect(keys()).not.toContain(`${AREA}harbour.mp4`);
  });

  it('is refused before anything is bought where the store cannot be used', async () => {
    const { tuning, service } = await videosProject();
    vi.stubEnv('REELKEEP_ASSETS', 's3://films/another');
    server.onRequest(() => ({ kind: 'refuse', status: 403, code: 'InvalidAccessKeyId' }));
    const result = await generateWithOpenAIVideos(ORDER, tuning);
    expect(result).toMatchObject({ success: false, code: 'auth', error: expect.stringContaining('AWS_ACCESS_KEY_ID') });
    expect(service.creations()).toHaveLength(0);
  });

  it('leaves no file of a process that was killed before it could remove it', async () => {
    const { tuning, folder, files } = await videosProject();
    await make(tuning, { pictures: [] });
    writeFileSync(join(folder, 'generated/harbour.mp4'), bucket.objects.get(`${AREA}harbour.mp4`)?.bytes ?? '');
    await resumeOpenAIVideos(tuning);
    expect(files()).toEqual([]);
  });
});
