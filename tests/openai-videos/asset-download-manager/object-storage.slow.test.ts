import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DownloadCase } from '../../fixtures/openai-videos/download-case.ts';
import { describeWithFfmpeg, makeFilm } from '../../fixtures/pictures/films.ts';
import { type FaultProxy, startFaultProxy } from '../../fixtures/servers/fault-proxy.ts';
import { type MemoryS3, memoryS3 } from '../../fixtures/servers/memory-s3.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const AREA = 'reel/generated-videos/BATCH_1';
const FILM = `${AREA}/video_abc_V1.mp4`;
const FILES = [FILM, `${AREA}/video_abc_V1_spritesheet.jpg`, `${AREA}/video_abc_V1_thumbnail.webp`];

let server: FaultProxy;
let bucket: MemoryS3;
beforeAll(async () => {
  server = await startFaultProxy((...call) => bucket.handle(...call));
});
afterAll(() => server.close());
beforeEach(() => {
  bucket = memoryS3();
  server.onRequest(() => undefined);
  store();
  for (const [name, value] of Object.entries({ S3_ENDPOINT: server.url, AWS_ACCESS_KEY_ID: 'key' }))
    vi.stubEnv(name, value);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('WANX_METADATA_PATH', join(temporaryFolder(), 'videos.json'));
});
afterEach(() => vi.unstubAllEnvs());

/** Where finished files go from now on. */
function store(address = 's3://films/reel'): void {
  vi.stubEnv('REELKEEP_ASSETS', address);
}
const keys = () => [...bucket.objects.keys()].sort();
const local = (world: DownloadCase) => (existsSync(join(world.folder, 'BATCH_1')) ? world.files() : []);
const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('downloads with object storage', () => {
  it('end there, and their records say where', async () => {
    const world = await DownloadCase.open();
    await world.queue('page-1', 'video_abc');
    const job = await world.until('page-1', 'completed');
    expect(keys()).toEqual(FILES);
    expect(sha256Of(bucket.objects.get(FILM)?.bytes ?? Buffer.alloc(0))).toBe(job.downloadedAssets[0]?.sha256);
    expect(job.downloadedAssets.map(({ filePath }) => filePath).sort()).toEqual(
      FILES.map((key) => key.replace('reel/generated-videos/', '')),
    );
    await expect.poll(() => local(world)).toEqual([]);
    expect(world.manager.findFile('BATCH_1', 'video_abc_V1.mp4')).toMatchObject({
      object: { location: 's3://films/reel/generated-videos', name: 'BATCH_1/video_abc_V1.mp4' },
    });
    await world.queue('page-2', 'video_abc');
    expect((await world.until('page-2', 'completed')).downloadedAssets[0]?.version).toBe(2);
  });

  it('stay where they are when the setting changes, and are cleaned up there', async () => {
    store('');
    const world = await DownloadCase.open();
    await world.queue('page-1', 'video_abc');
    await world.until('page-1', 'completed');
    store();
    world.manager = world.another();
    await world.queue('page-2', 'video_abc');
    await world.until('page-2', 'completed');
    store('');
    world.manager = world.another();
    await world.queue('page-3', 'video_abc');
    await world.until('page-3', 'completed');
    const find = (version: number) => world.manager.findFile('BATCH_1', `video_abc_V${version}.mp4`);
    expect([find(1)?.object, find(2)?.object?.name, find(3)?.object]).toEqual([
      undefined,
      'BATCH_1/video_abc_V2.mp4',
      undefined,
    ]);
    expect([existsSync(find(1)?.path ?? ''), keys().length]).toEqual([true, 3]);
    store();
    const cleaner = world.another();
    await expect.poll(() => world.store.listSync().some(({ lease }) => lease)).toBe(false);
    expect(await cleaner.cleanUpVersions({ keep: 1 })).toHaveLength(2);
    expect([keys(), world.files()]).toEqual([[], expect.arrayContaining(['video_abc_V3.mp4'])]);
    expect(world.files().filter((name) => name.includes('_V1'))).toEqual([]);
  });

  it('are safe here while the store is away, also when the service has deleted them', async () => {
    const world = await DownloadCase.open();
    const startMs = world.clock.now();
    let isGone = false;
    let isAway = true;
    server.onRequest(({ operation }) => {
      if (operation !== 'PutObject' || !isAway) return undefined;
      isGone = true;
      return { kind: 'refuse', status: 403, code: 'AccessDenied' };
    });
    world.service.job = () => (isGone ? { status: 'deleted' } : {});
    await world.queue('page-1', 'video_abc');
    await expect.poll(() => world.manager.getDownloadStatus('page-1')?.error).toMatch(/is safe in .*video_abc_V1\.mp4/);
    await expect.poll(() => world.clock.now() - startMs).toBeGreaterThan(2 * 3_600_000);
    isAway = false;
    const job = await world.until('page-1', 'completed');
    expect(job.error).toBeUndefined();
    expect(world.service.asked('video')).toHaveLength(1);
    await expect.poll(keys).toEqual(FILES);
    await expect.poll(() => local(world)).toEqual([]);
  });

  it('leave another program’s file its name, and find their own again after a kill', async () => {
    const other = { bytes: Buffer.from('another'), etag: 'x', headers: {}, modifiedAt: new Date() };
    bucket.objects.set(FILM, other);
    const world = await DownloadCase.open();
    // Not on the list: what the right to list would show is another question.
    server.onRequest(({ operation }) => (operation === 'ListObjects' ? { kind: 'answer', with: empty } : undefined));
    await world.queue('page-1', 'video_abc');
    const job = await world.until('page-1', 'completed');
    const mark = job.downloadedAssets[0]?.sha256.slice(0, 16);
    expect(keys()).toContain(FILM.replace('.mp4', `~${mark}.mp4`));
    expect(bucket.objects.get(FILM)).toBe(other);
    expect(world.manager.findFile('BATCH_1', 'video_abc_V1.mp4')?.object?.name).toBe(
      `BATCH_1/video_abc_V1~${mark}.mp4`,
    );
  });
});

function empty(_request: unknown, response: import('node:http').ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end('<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
}

describeWithFfmpeg('their pictures', () => {
  const withFilm = async () => {
    const world = await DownloadCase.open({ pictures: true });
    const path = makeFilm(join(temporaryFolder(), 'film.mp4'), { seconds: 1 });
    world.service.files.video.body = readFileSync(path);
    return world;
  };
  const pictures = (world: DownloadCase) => world.store.listSync()[0]?.pictures;

  it('are made from a copy of the film, which goes', async () => {
    const world = await withFilm();
    await world.queue('page-1', 'video_abc');
    await world.until('page-1', 'completed');
    await expect.poll(() => pictures(world)?.spriteIndex, { timeout: 20_000 }).toBeDefined();
    expect(pictures(world)).toMatchObject({ filmSha256: sha256Of(world.service.files.video.body) });
    expect(world.files().filter((name) => /\.(mp4|tmp)$/.test(name))).toEqual([]);
    expect(world.manager.findFile('BATCH_1', pictures(world)?.poster?.name ?? '')).toMatchObject({
      path: expect.stringContaining(world.folder),
    });
  });

  it('are given up with a reason where the film is gone', async () => {
    const world = await withFilm();
    server.onRequest(({ operation }) =>
      operation === 'GetObject' ? { kind: 'refuse', status: 404, code: 'NoSuchKey' } : undefined,
    );
    await world.queue('page-1', 'video_abc');
    await world.until('page-1', 'completed');
    await expect.poll(() => pictures(world)?.missing).toEqual([expect.stringContaining('Nothing is stored as')]);
    expect(world.store.listSync()[0]?.toDo).toBeUndefined();
  });
});
