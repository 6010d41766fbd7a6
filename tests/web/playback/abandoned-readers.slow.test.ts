import { createHash, randomBytes } from 'node:crypto';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { openAssetStore } from '#lib/stores/assets/open-asset-store.server.ts';
import { serveVideo, toNodeHandler } from '#lib/web/index.ts';
import { sourceOf } from '../../contracts/asset-store.ts';
import { videoRecord, videoShelf } from '../../fixtures/records/video-shelf.ts';
import { describeRealS3 } from '../../fixtures/servers/describe-real-s3.ts';
import { type FaultProxy, startFaultProxy } from '../../fixtures/servers/fault-proxy.ts';
import { newBucket } from '../../fixtures/servers/real-s3.ts';

const NAME = 'eiffel-tower-1900.mp4';
// More than the sockets between a reader and the store can hold.
const FILM = randomBytes(24 * 1024 * 1024);
const FILM_SHA256 = createHash('sha256').update(FILM).digest('hex');

describeRealS3('readers of a film in a real S3 server', (s3) => {
  let store: FaultProxy;
  let web: Server;
  let films: string;
  beforeAll(async () => {
    web = createServer(toNodeHandler((request) => serveVideo(request)));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    films = `http://127.0.0.1:${(web.address() as AddressInfo).port}/videos/${NAME}`;
  });
  afterAll(async () => {
    web?.closeAllConnections();
    web?.close();
  });
  beforeEach(async () => {
    const bucket = await newBucket(s3.client);
    store = await startFaultProxy(s3.server.endpoint);
    await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: `reel/videos/${NAME}`, Body: FILM }));
    const shelf = videoShelf();
    const settings = {
      ...{ REELKEEP_ASSETS: `s3://${bucket}/reel`, S3_ENDPOINT: store.url },
      ...{ AWS_ACCESS_KEY_ID: s3.server.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.server.secretAccessKey },
    };
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
    const object = { location: `s3://${bucket}/reel/videos`, name: NAME };
    const facts = { localPath: `static/videos/${NAME}`, sizeBytes: FILM.length, sha256: FILM_SHA256, object };
    shelf.record(videoRecord({ status: 'ready', ...facts }));
  });
  afterEach(async () => {
    await store.close();
    vi.unstubAllEnvs();
  });

  /** One that asks for a part of the film and has its first bytes. */
  function reader(index: number): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = { agent: false, headers: { range: `bytes=${index}-` } };
      const request = get(films, options, (response) => {
        response.once('readable', () => {
          response.read(1024);
          resolve(response);
        });
      });
      request.on('error', reject);
    });
  }
  const readers = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => reader(index)));

  it('that leave end their reads at the store, all 200', async () => {
    for (const group of [1, 2, 3, 4]) {
      const there = await readers(50);
      expect(
        there.map(({ statusCode }) => statusCode),
        `group ${group}`,
      ).toEqual(Array(50).fill(206));
      for (const response of there) response.destroy();
    }
    await expect.poll(() => store.upstreamSockets()).toBe(0);
    expect(
      createHash('sha256')
        .update(await (await fetch(films)).bytes())
        .digest('hex'),
    ).toBe(FILM_SHA256);
  });

  it('that stop keep nobody waiting, neither the next reader nor an upload, and nothing once they have left', async () => {
    const stopped = await readers(60);
    // If it had to wait for one of them, it would wait for ever.
    const next = await reader(0);
    expect(next.statusCode).toBe(206);
    const other = sourceOf('another film');
    const assets = openAssetStore(readSettings(), { folder: '/unused', area: 'videos' });
    await assets.put('paris.mp4', other, other.facts);
    expect(await assets.stat('paris.mp4')).toMatchObject({ sha256: other.facts.sha256 });
    for (const response of [...stopped, next]) response.destroy();
    await expect.poll(() => store.upstreamSockets()).toBe(0);
  });
});
