import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
} from '@aws-sdk/client-s3';
import { expect, it, onTestFinished } from 'vitest';
import { listMediaItems, listMediaUploads } from '#lib/media/index.ts';
import { mediaProject } from '../fixtures/media/library.ts';
import { sha256Of } from '../fixtures/media/stored-library.ts';
import { makeMp4 } from '../fixtures/mp4/mp4.ts';
import { Child } from '../fixtures/processes/child.ts';
import { SLOW } from '../fixtures/processes/kill-matrix.ts';
import { describeRealS3 } from '../fixtures/servers/describe-real-s3.ts';
import { startFaultProxy } from '../fixtures/servers/fault-proxy.ts';
import { killingAt, type Moment } from '../fixtures/servers/moments.ts';
import { newBucket } from '../fixtures/servers/real-s3.ts';

/** Two parts, the second one small. */
const MANY_PARTS = 9 * 1024 * 1024;
const CHILD = 'media/upload-film-child.ts';

describeRealS3('the media library, killed while a film goes to S3', (s3) => {
  async function open(sizeBytes: number) {
    const bucket = await newBucket(s3.client);
    const proxy = await startFaultProxy(s3.server.endpoint);
    onTestFinished(() => proxy.close());
    const library = mediaProject({
      ...{ REELKEEP_ASSETS: `s3://${bucket}/reel`, S3_ENDPOINT: proxy.url },
      ...{ AWS_ACCESS_KEY_ID: s3.server.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.server.secretAccessKey },
    });
    const film = await makeMp4({ sizeBytes });
    const path = join(library.folder, 'film.mp4');
    writeFileSync(path, film);
    return { bucket, proxy, library, film, path };
  }
  type World = Awaited<ReturnType<typeof open>>;

  /** A process that adds the film to a project, killed at a moment; and what every later start does. */
  async function killAt({ proxy, path }: World, projectId: string, moment: Moment): Promise<void> {
    const child = new Child(CHILD, [projectId, path]);
    proxy.onRequest(killingAt(moment, () => child.signal('SIGKILL')));
    expect(await child.exit, moment.join(' ')).toBe('SIGKILL');
    proxy.onRequest(() => undefined);
    const next = new Child(CHILD, ['']);
    expect(JSON.parse((await next.line()) ?? ''), moment.join(' ')).toEqual([]);
    expect(await next.exit).toBe(0);
  }

  async function expectStored({ bucket, library, film }: World, projectId: string): Promise<void> {
    const Prefix = `reel/media/projects/${projectId}/`;
    const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
    const [{ Key = '' } = {}] = Contents;
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    expect([Contents.length, sha256Of((await Body?.transformToByteArray()) ?? new Uint8Array())]).toEqual([
      1,
      sha256Of(film),
    ]);
    const record = await library.store.get(`${projectId}/clip`);
    expect(record?.object?.name).toBe(Key.replace('reel/media/', ''));
    expect(record).not.toHaveProperty('uploading');
    expect(readdirSync(join(library.root, 'projects', projectId, 'videos'))).toEqual([]);
    expect(await listMediaItems(projectId)).toMatchObject([{ id: 'clip', localState: 'here' }]);
  }

  /** One item, and one file: where the process was killed before the item was on record, the file in the library has one now. */
  async function expectOnce(world: World, projectId: string): Promise<void> {
    const items = await listMediaItems(projectId);
    expect(items, projectId).toMatchObject([{ localState: 'here', fileSize: world.film.length }]);
    if (items[0]?.id === 'clip') return expectStored(world, projectId);
    expect(readFileSync(join(world.library.root, items[0]?.localPath ?? ''))).toEqual(Buffer.from(world.film));
  }

  /** An upload whose id was in an answer that nobody has received has no part. */
  async function expectNoParts(bucket: string, lostIds: number): Promise<void> {
    const { Uploads = [] } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    for (const { Key, UploadId } of Uploads) {
      const { Parts = [] } = await s3.client.send(new ListPartsCommand({ Bucket: bucket, Key, UploadId }));
      expect(Parts).toEqual([]);
    }
    expect(Uploads.length).toBeLessThanOrEqual(lostIds);
  }

  it.each<[string, number, readonly Moment[]]>([
    [
      'in one piece',
      60_000,
      [
        ['PutObject', 1, 'before'],
        ['PutObject', 1, 'after'],
        ['HeadObject', 1, 'before'],
        ['HeadObject', 1, 'after'],
      ],
    ],
    [
      'in parts',
      MANY_PARTS,
      [
        ['CreateMultipartUpload', 1, 'before'],
        ['CreateMultipartUpload', 1, 'after'],
        ['UploadPart', 1, 'before'],
        ['UploadPart', 2, 'after'],
        ['CompleteMultipartUpload', 1, 'before'],
        ['CompleteMultipartUpload', 1, 'after'],
      ],
    ],
  ])(
    '%s: nothing is lost or doubled, and the next start ends it',
    { timeout: SLOW },
    async (_how, sizeBytes, moments) => {
      const world = await open(sizeBytes);
      for (const [index, moment] of moments.entries()) await killAt(world, `p${index}`, moment);
      for (const index of moments.keys()) await expectStored(world, `p${index}`);
      expect(await listMediaUploads()).toEqual([]);
      await expectNoParts(world.bucket, moments.filter(([operation]) => operation === 'CreateMultipartUpload').length);
    },
  );

  it('before each call that changes a file once the film is saved', { timeout: SLOW }, async () => {
    const world = await open(60_000);
    const whole = new Child(CHILD, ['whole', world.path]);
    const calls = Number(await whole.line());
    expect(calls).toBeGreaterThan(10);
    for (let nth = 1; nth <= calls; nth += 1) {
      const child = new Child(CHILD, [`p${nth}`, world.path, String(nth)]);
      expect(await child.exit, `call ${nth}`).toBe('SIGKILL');
    }
    const next = new Child(CHILD, ['']);
    expect(JSON.parse((await next.line()) ?? '')).toEqual([]);
    for (let nth = 1; nth <= calls; nth += 1) await expectOnce(world, `p${nth}`);
  });
});
