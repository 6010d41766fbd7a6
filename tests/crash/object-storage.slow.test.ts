import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { BatchWorld } from '../fixtures/processes/downloads/batch-world.ts';
import { killAll, SLOW } from '../fixtures/processes/kill-matrix.ts';
import { KillCounts, KillGroup } from '../fixtures/processes/killing.ts';
import type { Death } from '../fixtures/processes/video-worker-protocol.ts';
import { ObjectWorld } from '../fixtures/records/object-world.ts';
import { sha256Of } from '../fixtures/records/video-world.ts';
import { describeRealS3 } from '../fixtures/servers/describe-real-s3.ts';
import { startFaultProxy } from '../fixtures/servers/fault-proxy.ts';
import { killingAt, type Moment } from '../fixtures/servers/moments.ts';
import { newBucket } from '../fixtures/servers/real-s3.ts';

const counts = new KillCounts();
/** Two parts, the second one small. */
const MANY_PARTS = 9 * 1024 * 1024;
/** Before the first byte goes: the capture itself has a matrix of its own. */
const CALLS_BEFORE = 8;

describeRealS3('a process that is killed while its film goes to S3', (s3) => {
  afterAll(async () => {
    console.log(`Crash matrix with object storage\n${counts}`);
  });

  /** Kills one worker for each moment. */
  async function killAt(world: ObjectWorld, moments: readonly Moment[]): Promise<void> {
    const kills = new KillGroup(world, counts);
    for (const [index, [operation, nth, when]] of moments.entries()) {
      const key = `s${index}/now`;
      const worker = world.worker({ keys: [key] });
      world.proxy.onRequest(killingAt([operation, nth, when], () => worker.signal('SIGKILL')));
      expect(await kills.bury(key, worker, () => `${operation} ${nth}: ${when}`), `${operation} ${nth} ${when}`).toBe(
        true,
      );
    }
    world.proxy.onRequest(() => undefined);
    await kills.finish();
    const lostIds = moments.filter(([operation]) => operation === 'CreateMultipartUpload').length;
    await world.expectNothingElse(moments.length, lostIds);
  }

  it('in one piece', { timeout: SLOW }, async () => {
    await killAt(await ObjectWorld.open(s3.server, s3.client), [
      ['ListObjects', 1, 'before'],
      ['HeadObject', 1, 'before'],
      ['PutObject', 1, 'before'],
      ['PutObject', 1, 'after'],
      ['HeadObject', 2, 'before'],
      ['HeadObject', 2, 'after'],
    ]);
  });

  it('in parts', { timeout: SLOW }, async () => {
    await killAt(await ObjectWorld.open(s3.server, s3.client, { minBytes: MANY_PARTS }), [
      ['CreateMultipartUpload', 1, 'before'],
      ['CreateMultipartUpload', 1, 'after'],
      ['UploadPart', 1, 'before'],
      ['UploadPart', 2, 'after'],
      ['CompleteMultipartUpload', 1, 'before'],
      ['CompleteMultipartUpload', 1, 'after'],
    ]);
  });

  it.each<Moment>([
    ['HeadObject', 1, 'before'],
    ['PutObject', 1, 'before'],
    ['PutObject', 1, 'after'],
    ['PutObject', 2, 'after'],
    ['PutObject', 3, 'after'],
    ['HeadObject', 6, 'before'],
  ])('as a download, at %s %i: %s', { timeout: SLOW }, async (...moment) => {
    const world = await BatchWorld.open(1);
    const bucket = await newBucket(s3.client);
    const proxy = await startFaultProxy(s3.server.endpoint);
    onTestFinished(() => proxy.close());
    const environment = {
      ...{ REELKEEP_ASSETS: `s3://${bucket}/reel`, S3_ENDPOINT: proxy.url },
      ...{ AWS_ACCESS_KEY_ID: s3.server.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.server.secretAccessKey },
    };
    const first = await world.worker(environment);
    proxy.onRequest(killingAt(moment, () => first.child.signal('SIGKILL')));
    world.queueOn(first);
    expect(await first.ended()).toBe('SIGKILL');
    proxy.onRequest(() => undefined);
    const second = await world.worker(environment);
    second.child.say('look');
    while (second.videosOf('completed').length === 0) await second.next();
    expect(await second.end()).toBe(0);
    const served = await world.hashesServed();
    const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: bucket }));
    const stored = Contents.map(async ({ Key = '' }) => {
      const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return [Key.replace(/^.*\//, ''), sha256Of((await Body?.transformToByteArray()) ?? new Uint8Array())];
    });
    expect(Object.fromEntries(await Promise.all(stored))).toEqual(served);
    expect(world.hashesOnRecord()).toEqual(served);
    expect([world.hashesOnDisk(), world.records()[0]?.assets.filter(({ object }) => object).length]).toEqual([{}, 3]);
  });

  it('before each call that changes a file while it uploads', { timeout: 3 * SLOW }, async () => {
    const first = await ObjectWorld.open(s3.server, s3.client);
    for (const key of ['rome/now', 'rome/then']) await first.worker({ keys: [key] }).end();
    const worker = first.worker({ keys: ['rome/later'] });
    expect(await worker.end()).toBe(0);
    const { stages = [] } = worker.ofKind('calls')[0] ?? {};
    const from = stages.indexOf('uploading') - CALLS_BEFORE;
    const deaths = stages.slice(from).map((_stage, index): Death => ({ at: 'call', nth: from + index + 1 }));
    expect(deaths.length).toBeGreaterThan(10);
    await killAll({ open: () => ObjectWorld.open(s3.server, s3.client), counts }, deaths);
  });
});
