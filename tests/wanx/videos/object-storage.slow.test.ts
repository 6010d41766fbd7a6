import { createHash } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  auditVideos,
  deleteVersion,
  generateAndStoreVideo,
  listFilmsWithoutPictures,
  listVersions,
  makeVideoPictures,
  restoreVersion,
  resumeVideos,
  undoDelete,
  type VideoMetadata,
} from '#lib/wanx/index.ts';
import { playVideo } from '#lib/web/playback/playback.server.ts';
import { describeWithFfmpeg } from '../../fixtures/pictures/films.ts';
import { AGE_OF_SAIL, HARBOUR, type WanProject, wanProject } from '../../fixtures/records/wan-project.ts';
import { type FaultProxy, startFaultProxy } from '../../fixtures/servers/fault-proxy.ts';
import { type MemoryS3, memoryS3 } from '../../fixtures/servers/memory-s3.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const [SPOT, ERA] = [HARBOUR.id, AGE_OF_SAIL.id];
const FILM = `${SPOT}-${ERA}`;

let server: FaultProxy;
let bucket: MemoryS3;
let project: WanProject;
beforeAll(async () => {
  server = await startFaultProxy((...call) => bucket.handle(...call));
});
afterAll(() => server.close());
beforeEach(async () => {
  bucket = memoryS3();
  server.calls.length = 0;
  server.onRequest(() => undefined);
  project = await wanProject();
  vi.stubEnv('REELKEEP_ASSETS', 's3://films/reel');
  vi.stubEnv('S3_ENDPOINT', server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDSECRET');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret/value+1');
});

async function make(prompt: string): Promise<VideoMetadata> {
  const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true, prompt });
  if (!result.success) throw new Error(result.error);
  return result.metadata;
}

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const keys = () => [...bucket.objects.keys()].sort();
const localFilms = () => readdirSync(`${project.root}/static/videos`).filter((name) => name.includes('.mp4'));
const path = () => project.videoPath(SPOT, ERA);

async function play(name = `${FILM}.mp4`, headers: Record<string, string> = {}, method = 'GET') {
  const url = new URL(`http://localhost/videos/${name}`);
  return playVideo(name, new Request(url, { method, headers }), url);
}
const hashPlayed = async (name?: string) => sha256Of(new Uint8Array(await (await play(name)).arrayBuffer()));

describe('a video with object storage', () => {
  it('ends there, whole, and nothing of it stays here', async () => {
    const film = await make('a film');
    expect(film).toMatchObject({
      ...{ status: 'ready', localPath: `static/videos/${FILM}.mp4` },
      object: { location: 's3://films/reel/videos', name: `${FILM}.mp4` },
    });
    expect(film).not.toHaveProperty('uploads');
    expect(keys()).toEqual([`reel/videos/${FILM}.mp4`]);
    const stored = bucket.objects.get(keys()[0] ?? '');
    expect(sha256Of(stored?.bytes ?? Buffer.alloc(0))).toBe(film.sha256);
    expect(stored?.headers).toMatchObject({ 'content-type': 'video/mp4', 'x-amz-meta-sha256': film.sha256 });
    expect(localFilms()).toEqual([]);
    expect(JSON.stringify(project.stored())).not.toMatch(/AKIDSECRET|secret\/value/);
  });

  it('is not made again while its record says where it is', async () => {
    const film = await make('a film');
    const again = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(again).toMatchObject({ success: true, metadata: { taskId: film.taskId } });
    expect(project.accepted()).toBe(1);
  });

  it('keeps each former film under the name it has', async () => {
    const films = [await make('film 1'), await make('film 2'), await make('film 3')];
    expect(films.map(({ object }) => object?.name)).toEqual([
      `${FILM}.mp4`,
      ...[films[1], films[2]].map((film) => `${FILM}~${film?.fence ?? ''}.mp4`),
    ]);
    expect((await listVersions(SPOT, ERA)).map(({ localPath, sha256 }) => [localPath, sha256])).toEqual([
      [`static/videos/${FILM}.mp4`, films[2]?.sha256],
      [`static/videos/${FILM}.v2.mp4`, films[1]?.sha256],
      [`static/videos/${FILM}.v1.mp4`, films[0]?.sha256],
    ]);
    expect([await hashPlayed(), await hashPlayed(`${FILM}.v1.mp4`)]).toEqual([films[2]?.sha256, films[0]?.sha256]);
    await restoreVersion(SPOT, ERA, 1);
    expect([await hashPlayed(), await hashPlayed(`${FILM}.v3.mp4`)]).toEqual([films[0]?.sha256, films[2]?.sha256]);
    await deleteVersion(SPOT, ERA, 2);
    expect(await rejection(play(`${FILM}.v2.mp4`))).toMatchObject({ problem: 'not-found' });
    await undoDelete(SPOT, ERA);
    expect(await hashPlayed(`${FILM}.v2.mp4`)).toBe(films[1]?.sha256);
    expect([keys().length, localFilms()]).toEqual([3, []]);
  });

  it('loses the objects of films that are kept no longer', async () => {
    vi.stubEnv('WANX_KEEP_VERSIONS', '1');
    const films = [await make('film 1'), await make('film 2'), await make('film 3')];
    expect(keys().length).toBe(2);
    expect([await hashPlayed(), await hashPlayed(`${FILM}.v2.mp4`)]).toEqual([films[2]?.sha256, films[1]?.sha256]);
  });

  it('replaces one that is still here, and the other way round', async () => {
    vi.stubEnv('REELKEEP_ASSETS', '');
    const first = await make('film 1');
    vi.stubEnv('REELKEEP_ASSETS', 's3://films/reel');
    const second = await make('film 2');
    expect(localFilms()).toEqual([`${FILM}.v1.mp4`]);
    expect([await hashPlayed(), await hashPlayed(`${FILM}.v1.mp4`)]).toEqual([second.sha256, first.sha256]);
    await restoreVersion(SPOT, ERA, 1);
    expect([await hashPlayed(), await hashPlayed(`${FILM}.v2.mp4`)]).toEqual([first.sha256, second.sha256]);
    expect(localFilms()).toEqual([`${FILM}.mp4`]);
  });

  it('is safe here while the store is away, and goes there with the next try', async () => {
    let isAway = false;
    server.onRequest(({ operation }) => {
      if (operation === 'PutObject') isAway = true;
      return isAway ? { kind: 'refuse', status: 403, code: 'AccessDenied' } : undefined;
    });
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(result).toMatchObject({ success: false, code: 'auth', error: expect.stringContaining('is safe in') });
    expect(JSON.stringify(result)).not.toMatch(/AKIDSECRET|secret\/value/);
    expect(localFilms()).toEqual([`${FILM}.mp4`]);
    server.onRequest(() => undefined);
    const [resumed] = await resumeVideos({ ignoreBackoff: true });
    expect(resumed).toMatchObject({ success: true });
    expect([project.accepted(), keys(), localFilms()]).toEqual([1, [`reel/videos/${FILM}.mp4`], []]);
  });

  it('does not take the name of another program’s file', async () => {
    const other = { bytes: Buffer.from('another'), etag: 'x', headers: {}, modifiedAt: new Date() };
    bucket.objects.set(`reel/videos/${FILM}.mp4`, other);
    const film = await make('a film');
    expect(film.object?.name).toBe(`${FILM}~${film.fence}.mp4`);
    expect(bucket.objects.get(`reel/videos/${FILM}.mp4`)).toBe(other);
  });

  it('is refused before anything is bought where the store cannot be used', async () => {
    server.onRequest(() => ({ kind: 'refuse', status: 403, code: 'InvalidAccessKeyId' }));
    vi.stubEnv('REELKEEP_ASSETS', 's3://films/another');
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(result).toMatchObject({ success: false, code: 'auth', error: expect.stringContaining('AWS_ACCESS_KEY_ID') });
    expect(project.accepted()).toBe(0);
  });

  it('is audited: what is missing there is fetched again', async () => {
    const film = await make('a film');
    expect((await auditVideos()).findings).toEqual([]);
    bucket.objects.clear();
    expect((await auditVideos()).findings).toMatchObject([{ kind: 'file-missing' }]);
    const { findings } = await auditVideos({ repair: true });
    expect(findings).toMatchObject([{ kind: 'file-missing', repair: 'fetched' }]);
    expect([await hashPlayed(), keys().length, localFilms()]).toEqual([film.sha256, 1, []]);
  });

  it('leaves no local file of a process that was killed before it could remove it', async () => {
    const film = await make('a film');
    const [object] = bucket.objects.values();
    writeFileSync(path(), object?.bytes ?? '');
    await resumeVideos();
    await auditVideos();
    const second = await make('film 2');
    expect([existsSync(path()), localFilms()]).toEqual([false, []]);
    expect([await hashPlayed(), await hashPlayed(`${FILM}.v1.mp4`)]).toEqual([second.sha256, film.sha256]);
  });
});

describeWithFfmpeg('its pictures', () => {
  const localPictures = () => readdirSync(`${project.root}/static/videos`).filter((name) => /webp|jpg|vtt/.test(name));

  it('are made with it, from a copy that goes', async () => {
    vi.stubEnv('REELKEEP_PICTURES', '1');
    const film = await make('a film');
    expect(film.pictures).toMatchObject({ filmSha256: film.sha256, spriteIndex: { name: expect.any(String) } });
    expect([localPictures().length, localFilms()]).toEqual([4, []]);
    const { name = '', sizeBytes } = film.pictures?.poster ?? {};
    expect((await play(name, {}, 'HEAD')).headers.get('content-length')).toBe(String(sizeBytes));
  });

  it('are made later, also of a former film', async () => {
    const [first] = [await make('film 1'), await make('film 2')];
    expect(await listFilmsWithoutPictures()).toMatchObject([{ version: 2 }, { version: 1 }]);
    const pictures = await makeVideoPictures(SPOT, ERA, { version: 1 });
    expect(pictures).toMatchObject({ filmSha256: first?.sha256 });
    expect(await listFilmsWithoutPictures()).toMatchObject([{ version: 2 }]);
    expect(localFilms()).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    ['is gone', () => bucket.objects.clear(), 'not-found'],
    ['has other bytes', () => damage(), 'integrity'],
  ])('are not made where the object %s', async (_what, spoil, code) => {
    await make('a film');
    spoil();
    expect(await rejection(makeVideoPictures(SPOT, ERA))).toMatchObject({ code });
    expect([localPictures(), localFilms()]).toEqual([[], []]);
  });

  function damage(): void {
    for (const object of bucket.objects.values()) object.bytes = Buffer.from(object.bytes).fill(1, 100, 200);
  }
});

describe('playing it', () => {
  it('answers HEAD from the record, without asking the store', async () => {
    const film = await make('a film');
    server.calls.length = 0;
    for (const playback of ['proxy', 'redirect']) {
      vi.stubEnv('REELKEEP_PLAYBACK', playback);
      const response = await play(undefined, {}, 'HEAD');
      expect([response.status, Object.fromEntries(response.headers)]).toEqual([
        200,
        expect.objectContaining({
          ...{ 'content-length': String(film.sizeBytes), 'content-type': 'video/mp4', 'accept-ranges': 'bytes' },
          etag: `"${film.sha256}"`,
        }),
      ]);
    }
    expect(server.calls).toEqual([]);
  });

  it('sends ranges through this server', async () => {
    const film = await make('a film');
    const [object] = bucket.objects.values();
    const response = await play(undefined, { range: 'bytes=10-19' });
    expect([response.status, response.headers.get('content-range')]).toEqual([206, `bytes 10-19/${film.sizeBytes}`]);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(object?.bytes.subarray(10, 20));
    expect((await play(undefined, { 'if-none-match': `"${film.sha256}"` })).status).toBe(304);
    expect((await play(undefined, { range: `bytes=${film.sizeBytes}-` })).status).toBe(416);
  });

  it('says that a film is gone, and that the store is away', async () => {
    await make('a film');
    server.onRequest(() => ({ kind: 'refuse', status: 403, code: 'AccessDenied' }));
    expect(await rejection(play())).toMatchObject({ code: 'auth' });
    server.onRequest(() => undefined);
    bucket.objects.clear();
    expect(await rejection(play())).toMatchObject({ message: expect.stringContaining('gone from object storage') });
  });

  describe('by redirect', () => {
    const redirected = async (headers: Record<string, string> = {}) => {
      vi.stubEnv('REELKEEP_PLAYBACK', 'redirect');
      return play(undefined, headers);
    };

    it('gives a link of its own each time, which nobody keeps, and which outlives the film', async () => {
      await make('a film');
      const response = await redirected({ range: 'bytes=0-' });
      expect([response.status, response.headers.get('cache-control')]).toEqual([302, 'no-store']);
      const link = new URL(response.headers.get('location') ?? '');
      expect([link.origin, link.pathname]).toEqual([server.url, `/films/reel/videos/${FILM}.mp4`]);
      expect(Number(link.searchParams.get('X-Amz-Expires'))).toBeGreaterThan(6 * 3600);
      expect(link.href).not.toMatch(/checksum/i);
      expect((await fetch(link, { headers: { range: 'bytes=0-3' } })).status).toBe(206);
    });

    it('names the public address of the store, if it has one', async () => {
      await make('a film');
      vi.stubEnv('S3_PUBLIC_ENDPOINT', 'https://films.example');
      expect((await redirected()).headers.get('location')).toMatch(/^https:\/\/films\.example\/films\/reel\//);
    });

    it('never lives longer than the credentials; where these end too soon, the bytes come from here', async () => {
      await make('a film');
      vi.stubEnv('AWS_SESSION_TOKEN', 'token');
      vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', new Date(Date.now() + 600_000).toISOString());
      const link = new URL((await redirected()).headers.get('location') ?? '');
      expect(Number(link.searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(600);
      vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', new Date(Date.now() + 20_000).toISOString());
      expect((await redirected()).status).toBe(200);
    });

    it('sends the bytes itself to a request with Authorization, which the store would refuse', async () => {
      const film = await make('a film');
      const response = await redirected({ authorization: 'Bearer token' });
      expect(response.status).toBe(200);
      expect(sha256Of(new Uint8Array(await response.arrayBuffer()))).toBe(film.sha256);
    });
  });
});
